"""The parts of tools/train_demo.py: trees, tokenizer, training examples, model card."""
