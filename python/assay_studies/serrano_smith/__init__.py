"""Serrano & Smith 2019: how much attention must be erased before the decision flips?"""
