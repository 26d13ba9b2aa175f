"""Figure 1 as one writes it with NumPy; usage and loops: figure_one.py."""

import numpy as np

import figure_one


class Problem:
    """Logistic regression with lambda |w|^2 / 2; the upper level is the validation loss."""

    def __init__(self, folder, dtype, lam):
        self.dtype = {"float64": np.float64, "float32": np.float32}[dtype]
        self.lam = self.dtype(lam)
        self.x, self.y = self.load(folder, "train")
        self.x_upper, self.y_upper = self.load(folder, "validation")
        top = np.linalg.eigvalsh((self.x.T @ self.x).astype(np.float64))[-1] / len(self.y) / 4.0
        self.alpha = self.dtype(2.0 / (top + 2.0 * lam))
        q = top / (top + 2.0 * lam)
        self.beta = self.dtype(2.0 / (1.0 - q * q))

    def load(self, folder, name):
        images, labels = (np.frombuffer(b, np.uint8) for b in figure_one.read_bytes(folder, name))
        x = (images.reshape(len(labels), -1) / 255.0).astype(self.dtype)
        return x, (2.0 * labels - 1.0).astype(self.dtype)

    def zeros(self):
        return np.zeros(self.x.shape[1], self.dtype)

    def generator(self, seed):
        return np.random.default_rng(seed)

    def draw(self, random, steps, batch):
        return random.integers(0, len(self.y), (steps, batch))

    def constant(self, t):
        return self.dtype(1.0)

    def decreasing(self, t):
        return self.beta / (self.beta + self.dtype(t))

    def slopes(self, z, y):
        return -y / (1.0 + np.exp(y * z))

    def curvatures(self, w):
        s = 1.0 / (1.0 + np.exp(-(self.x @ w)))
        return s * (1.0 - s)

    def lower_gradient(self, x, y, w):
        return x.T @ self.slopes(x @ w, y) / self.dtype(len(y)) + self.lam * w

    def product(self, x, weights, v):
        return x.T @ (weights * (x @ v)) / self.dtype(len(weights)) + self.lam * v

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
        return -self.alpha * (w @ v)


figure_one.main(Problem)
with open("/proc/self/maps") as maps:
    print("openblas", float("openblas" in maps.read()))
