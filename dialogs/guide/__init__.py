"""The guide for those who write scripts, made from the models, the texts and one example."""
