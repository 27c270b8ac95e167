"""What studies share: texts, trained models, tables, figures, pages."""
