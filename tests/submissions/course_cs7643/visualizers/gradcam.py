import numpy as np
import torch
from image_utils import preprocess


class GradCam:
    def guided_backprop(self, X_tensor, y_tensor, gc_model):
        raise NotImplementedError

    def grad_cam(self, X_tensor, y_tensor, gc_model):
        raise NotImplementedError
