"""How results look, as text, HTML and figures; the only place that knows."""
