"""Figure 1 with PyTorch, without autograd; usage and loops: figure_one.py."""

import torch

import figure_one


class Problem:
    """Logistic regression with lambda |w|^2 / 2; the upper level is the validation loss."""

    def __init__(self, folder, dtype, lam):
        self.dtype = {"float64": torch.float64, "float32": torch.float32}[dtype]
        self.lam = lam
        self.x, self.y = self.load(folder, "train")
        self.x_upper, self.y_upper = self.load(folder, "validation")
        gram = self.x.to(torch.float64).T @ self.x.to(torch.float64)
        top = torch.linalg.eigvalsh(gram)[-1].item() / len(self.y) / 4.0
        self.alpha = 2.0 / (top + 2.0 * lam)
        q = top / (top + 2.0 * lam)
        self.beta = 2.0 / (1.0 - q * q)

    def load(self, folder, name):
        images, labels = (
            torch.frombuffer(b, dtype=torch.uint8) for b in figure_one.read_bytes(folder, name)
        )
        x = images.reshape(len(labels), -1).to(torch.float64).div(255.0).to(self.dtype)
        return x, labels.to(self.dtype).mul(2.0).sub(1.0)

    def zeros(self):
        return torch.zeros(self.x.shape[1], dtype=self.dtype)

    def generator(self, seed):
        return torch.Generator().manual_seed(seed)

    def draw(self, random, steps, batch):
        return torch.randint(0, len(self.y), (steps, batch), generator=random)

    def constant(self, t):
        return 1.0

    def decreasing(self, t):
        return self.beta / (self.beta + t)

    def slopes(self, z, y):
        return -y * torch.sigmoid(-y * z)

    def curvatures(self, w):
        s = torch.sigmoid(self.x @ w)
        return s * (1.0 - s)

    def lower_gradient(self, x, y, w):
        return x.T @ self.slopes(x @ w, y) / len(y) + self.lam * w

    def product(self, x, weights, v):
        return x.T @ (weights * (x @ v)) / len(weights) + self.lam * v

    def lower_step(self, w, rows, eta):
        return w - eta * self.alpha * self.lower_gradient(self.x[rows], self.y[rows], w)

    def linear_step(self, v, rows, weights, c, eta):
        return v - eta * (self.alpha * self.product(self.x[rows], weights[rows], v) - c)

    def batch_lower_step(self, w):
        return w - self.alpha * self.lower_gradient(self.x, self.y, w)

    def batch_linear_step(self, v, weights, c):
        return v - (self.alpha * self.product(self.x, weights, v) - c)

    def upper_gradient(self, w):
        return self.x_upper.T @ self.slopes(self.x_upper @ w, self.y_upper)

    def hypergradient(self, w, v):
        return (-self.alpha * (w @ v)).item()


torch.set_num_threads(1)
with torch.no_grad():
    figure_one.main(Problem)
