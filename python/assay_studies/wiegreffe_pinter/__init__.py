"""Wiegreffe & Pinter 2019: is attention needed, how far does it vary, and can it be elsewhere?"""
