"""Pruthi et al. 2020: a model that learned to hide where it looks; does the verdict see it?"""
