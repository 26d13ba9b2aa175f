"""The loops of figure 1 as one writes them with NumPy: usage: reference_numpy.py FOLDER DTYPE [--whole]

FOLDER holds train-images, train-labels, validation-images and validation-labels, raw bytes, as
sidlab_bench writes them. Prints seconds: of one step for w, of one step for v, of the whole figure.
The whole is one run of one hyperparameter, times 20 for the stochastic methods (five runs of four)
and times 4 for Batch, unless --whole runs it all.
"""

import os
import sys
import time

import numpy as np

T, POINTS, BATCH, EPOCH_STEPS = 3000, 30, 50, 100
LAMBDAS, RUNS = (0.01, 0.1, 1.0, 10.0), 5


def load(folder, name, dtype):
    labels = np.fromfile(os.path.join(folder, name + "-labels"), np.uint8)
    images = np.fromfile(os.path.join(folder, name + "-images"), np.uint8)
    return (images.reshape(len(labels), -1) / 255.0).astype(dtype), (2.0 * labels - 1.0).astype(dtype)


class Problem:
    """Logistic regression with lambda |w|^2 / 2; the upper level is the validation loss."""

    def __init__(self, folder, dtype, lam):
        self.dtype = dtype
        self.lam = dtype(lam)
        self.x, self.y = load(folder, "train", dtype)
        self.x_upper, self.y_upper = load(folder, "validation", dtype)
        top = np.linalg.eigvalsh((self.x.T @ self.x).astype(np.float64))[-1] / len(self.y) / 4.0
        self.alpha = dtype(2.0 / (top + 2.0 * lam))
        q = top / (top + 2.0 * lam)
        self.beta = dtype(2.0 / (1.0 - q * q))

    def slopes(self, z, y):
        return -y / (1.0 + np.exp(y * z))

    def curvatures(self, z):
        s = 1.0 / (1.0 + np.exp(-z))
        return s * (1.0 - s)

    def lower_step(self, w, rows, eta):
        x, y = self.x[rows], self.y[rows]
        gradient = x.T @ self.slopes(x @ w, y) / self.dtype(len(y)) + self.lam * w
        return w - eta * self.alpha * gradient

    def linear_step(self, v, rows, weights, c, eta):
        x = self.x[rows]
        product = x.T @ (weights[rows] * (x @ v)) / self.dtype(len(rows)) + self.lam * v
        return v - eta * (self.alpha * product - c)

    def upper_gradient(self, w):
        return self.x_upper.T @ self.slopes(self.x_upper @ w, self.y_upper)

    def hypergradient(self, w, v):
        return -self.alpha * (w @ v)


def draw(random, n, steps):
    return random.integers(0, n, (steps, BATCH))


def constant(problem):
    return lambda t: problem.dtype(1.0)


def decreasing(problem):
    return lambda t: problem.beta / (problem.beta + problem.dtype(t))


def stochastic_curve(problem, schedule, seed, spent):
    random = np.random.default_rng(seed)
    n, d = problem.x.shape
    w = np.zeros(d, problem.dtype)
    t = 0
    estimates = []
    for point in range(T // POINTS, T + 1, T // POINTS):
        start = time.perf_counter()
        for rows in draw(random, n, point - t):
            w = problem.lower_step(w, rows, schedule(t))
            t += 1
        middle = time.perf_counter()
        c = problem.upper_gradient(w)
        weights = problem.curvatures(problem.x @ w)
        v = np.zeros(d, problem.dtype)
        solve = time.perf_counter()
        for k, rows in enumerate(draw(random, n, point)):
            v = problem.linear_step(v, rows, weights, c, schedule(k))
        end = time.perf_counter()
        estimates.append(problem.hypergradient(w, v))
        spent["w_steps"] += middle - start
        spent["v_steps"] += end - solve
        spent["v_count"] += point
    spent["w_count"] += T
    return estimates


def batch_curve(problem):
    n, d = problem.x.shape
    w = np.zeros(d, problem.dtype)
    estimates = []
    for t in range(1, T // EPOCH_STEPS + 1):
        gradient = problem.x.T @ problem.slopes(problem.x @ w, problem.y) / problem.dtype(n)
        w = w - problem.alpha * (gradient + problem.lam * w)
        c = problem.upper_gradient(w)
        weights = problem.curvatures(problem.x @ w)
        v = np.zeros(d, problem.dtype)
        for _ in range(t):
            product = problem.x.T @ (weights * (problem.x @ v)) / problem.dtype(n) + problem.lam * v
            v = v - (problem.alpha * product - c)
        estimates.append(problem.hypergradient(w, v))
    return estimates


def main():
    dtype = {"float64": np.float64, "float32": np.float32}[sys.argv[2]]
    whole = "--whole" in sys.argv
    spent = {"w_steps": 0.0, "v_steps": 0.0, "w_count": 0, "v_count": 0}
    seconds = 0.0
    for lam in LAMBDAS if whole else LAMBDAS[1:2]:
        problem = Problem(sys.argv[1], dtype, lam)
        for run in range(RUNS if whole else 1):
            start = time.perf_counter()
            stochastic_curve(problem, constant(problem), run, spent)
            stochastic_curve(problem, decreasing(problem), run, spent)
            seconds += (time.perf_counter() - start) * (1 if whole else RUNS * len(LAMBDAS))
        start = time.perf_counter()
        batch_curve(problem)  # deterministic: once for every hyperparameter
        seconds += (time.perf_counter() - start) * (1 if whole else len(LAMBDAS))
    print("w_step", spent["w_steps"] / spent["w_count"])
    print("v_step", spent["v_steps"] / spent["v_count"])
    print("figure_1", seconds)
    with open("/proc/self/maps") as maps:
        print("openblas", float("openblas" in maps.read()))


main()
