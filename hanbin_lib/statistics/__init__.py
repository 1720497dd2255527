"""Estimators that know nothing of counties: proportions, surveys, survival, poverty, ranks."""
