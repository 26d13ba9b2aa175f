"""The loops of figure 1 that reference_numpy.py and reference_pytorch.py have in common.

usage: reference_LIBRARY.py FOLDER DTYPE [--whole]

FOLDER holds train-images, train-labels, validation-images and validation-labels, raw bytes, as
sidlab_bench writes them; DTYPE is float64 or float32. Prints seconds: of one step for w, of one
step for v, of the whole figure. The whole is one run of one hyperparameter, times 20 for the
stochastic methods (five runs of four) and times 4 for Batch, unless --whole runs it all.
"""

import os
import sys
import time

T, POINTS, BATCH, EPOCH_STEPS = 3000, 30, 50, 100
LAMBDAS, RUNS = (0.01, 0.1, 1.0, 10.0), 5


def read_bytes(folder, name):
    """Images and labels of a part as bytes."""

    def read(kind):
        with open(os.path.join(folder, name + kind), "rb") as file:
            return bytearray(file.read())

    return read("-images"), read("-labels")


def stochastic_curve(problem, schedule, seed, spent):
    random = problem.generator(seed)
    w = problem.zeros()
    t = 0
    estimates = []
    for point in range(T // POINTS, T + 1, T // POINTS):
        start = time.perf_counter()
        for rows in problem.draw(random, point - t, BATCH):
            w = problem.lower_step(w, rows, schedule(t))
            t += 1
        middle = time.perf_counter()
        c = problem.upper_gradient(w)
        weights = problem.curvatures(w)
        v = problem.zeros()
        solve = time.perf_counter()
        for k, rows in enumerate(problem.draw(random, point, BATCH)):
            v = problem.linear_step(v, rows, weights, c, schedule(k))
        end = time.perf_counter()
        estimates.append(problem.hypergradient(w, v))
        spent["w_steps"] += middle - start
        spent["v_steps"] += end - solve
        spent["v_count"] += point
    spent["w_count"] += T
    return estimates


def batch_curve(problem):
    w = problem.zeros()
    estimates = []
    for t in range(1, T // EPOCH_STEPS + 1):
        w = problem.batch_lower_step(w)
        c = problem.upper_gradient(w)
        weights = problem.curvatures(w)
        v = problem.zeros()
        for _ in range(t):
            v = problem.batch_linear_step(v, weights, c)
        estimates.append(problem.hypergradient(w, v))
    return estimates


def main(make_problem):
    """make_problem(folder, dtype name, lambda) gives what the two curves above call."""
    whole = "--whole" in sys.argv
    spent = {"w_steps": 0.0, "v_steps": 0.0, "w_count": 0, "v_count": 0}
    seconds = 0.0
    for lam in LAMBDAS if whole else LAMBDAS[1:2]:
        problem = make_problem(sys.argv[1], sys.argv[2], lam)
        for run in range(RUNS if whole else 1):
            start = time.perf_counter()
            stochastic_curve(problem, problem.constant, run, spent)
            stochastic_curve(problem, problem.decreasing, run, spent)
            seconds += (time.perf_counter() - start) * (1 if whole else RUNS * len(LAMBDAS))
        start = time.perf_counter()
        batch_curve(problem)  # deterministic: once for every hyperparameter
        seconds += (time.perf_counter() - start) * (1 if whole else len(LAMBDAS))
    print("w_step", spent["w_steps"] / spent["w_count"])
    print("v_step", spent["v_steps"] / spent["v_count"])
    print("figure_1", seconds)
