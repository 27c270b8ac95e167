"""Abnar & Zuidema 2020: do raw attention, rollout and flow rank words as their effects do?"""
