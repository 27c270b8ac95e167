"""Jain & Wallace 2019: does attention agree with other measures, and must it be where it is?"""
