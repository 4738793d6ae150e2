"""The time of an epoch of an encoder in PyTorch, beside BenchmarkEncoderEpoch of package models.

python3 encoder_torch.py: 10,000 rows of 784 numbers, layers 784-100-100-100-2 with ReLU, Adam, batches of 1,000 rows, in
float32. "rows" takes each row forward and back once, with slopes that are given: what the encoder alone costs. "edges" is an
epoch of parametric UMAP as umap-learn's package has it: each of 25 edges a row once, in batches of 1,000 edges whose two ends
are encoded, five others of the batch for each, and the loss of these.
"""
import time

import torch

torch.manual_seed(0)
n, p, batch, k = 10000, 784, 1000, 25
x = torch.rand(n, p)
net = torch.nn.Sequential(torch.nn.Linear(p, 100), torch.nn.ReLU(), torch.nn.Linear(100, 100), torch.nn.ReLU(),
                          torch.nn.Linear(100, 100), torch.nn.ReLU(), torch.nn.Linear(100, 2))
adam = torch.optim.Adam(net.parameters(), lr=1e-3)
heads = torch.arange(n).repeat_interleave(k)
tails = torch.randint(0, n, (n * k,))
slopes = torch.rand(n, 2)


def rows():
    order = torch.randperm(n)
    for s in range(0, n, batch):
        i = order[s:s + batch]
        adam.zero_grad()
        (net(x[i]) * slopes[i]).sum().backward()
        adam.step()


def edges():
    order = torch.randperm(n * k)
    for s in range(0, n * k, batch):
        e = order[s:s + batch]
        adam.zero_grad()
        z, w = net(x[heads[e]]), net(x[tails[e]])
        near = 1 / (1 + 1.58 * ((z - w) ** 2).sum(1).clamp_min(1e-12) ** 0.9)
        other = w[torch.randint(0, batch, (5 * batch,))]
        far = 1 / (1 + 1.58 * ((z.repeat(5, 1) - other) ** 2).sum(1).clamp_min(1e-12) ** 0.9)
        loss = -near.log().sum() - (1 - far).clamp_min(1e-4).log().sum()
        loss.backward()
        adam.step()


for name, epoch in ("rows", rows), ("edges", edges):
    epoch()
    times = []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        epoch()
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    print(f"{name}: {min(t[0] for t in times):.3f} s an epoch, {min(t[1] for t in times):.3f} s of CPU "
          f"(torch {torch.__version__}, {torch.get_num_threads()} threads)")
