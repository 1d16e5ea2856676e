"""Demands of monitoring that an accommodation may lift."""

from django.db import models


class MonitoringDemand(models.TextChoices):
    """One demand that is lifted for a person who cannot meet it."""

    CAMERA = "CAMERA", "No camera"
    MICROPHONE = "MICROPHONE", "No microphone"
    FULLSCREEN = "FULLSCREEN", "No full screen"
    FACE = "FACE", "No face detection"
    SECOND_SCREEN = "SECOND_SCREEN", "A second screen"
    SENTENCE = "SENTENCE", "No spoken sentence"
