"""On short natural texts every set can be run: does the sampled verdict say the same?"""
