"""Estimators and random streams that know nothing of counties."""
