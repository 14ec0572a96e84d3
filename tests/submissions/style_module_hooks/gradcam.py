import torch


class GradCam:
    def vis_gradcam(self, vgg, img):
        import matplotlib.pyplot as plt

        conv_module = vgg.backbone.bn5_2
        self.gradient_value = None
        self.activation_value = None

        def gradient_hook(a, b, gradient):
            self.gradient_value = gradient[0]

        def activation_hook(a, b, activation):
            self.activation_value = activation

        handles = [conv_module.register_forward_hook(activation_hook), conv_module.register_backward_hook(gradient_hook)]
        scores = vgg(img[None].clone().requires_grad_())
        scores[0, scores.argmax()].backward()
        for handle in handles:
            handle.remove()
        weights = self.gradient_value.mean(dim=(2, 3), keepdim=True)
        cam = (weights * self.activation_value).sum(dim=1, keepdim=True).clamp(min=0)
        cam = torch.nn.functional.interpolate(cam, size=img.shape[1:], mode="bilinear")[0, 0]
        cam = cam / cam.max() if cam.max() > 0 else cam
        cam = cam.detach().numpy()
        plt.imshow(cam)
        return cam
