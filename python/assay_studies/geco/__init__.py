"""Wilming et al. 2024: twin sentences that differ in gendered words; who finds these?"""
