"""What is answered: frozen records and how they are stored. They know no renderer."""
