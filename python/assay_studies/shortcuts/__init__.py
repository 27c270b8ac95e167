"""After Bastings et al. 2022: is a map trusted that names the words that decide, and no other?"""
