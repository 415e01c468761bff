"""The work of train.bench.ts in PyTorch: asked by lines of JSON on stdin, answers with lines of JSON on stdout.

python3 pytorch-twin.py <threads>

The first line tells {"torch", "threads", "parameters": {network: count}}. Each question
{"network": "resnet20" | "fashion", "task": "step" | "inference", "lsq": bool, "layout": "channels_last" | "nchw",
"batch", "repeats"} is answered by {"milliseconds", "cpuMilliseconds"}: [one a repeat] each, after one repeat that is not counted.
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Quantize(torch.autograd.Function):
    """LSQ's quantizer (Esser et al., ICLR 2020), one step a layer."""

    @staticmethod
    def forward(ctx, values, step, lowest, highest, count):
        ratio = values / step
        integers = ratio.clamp(lowest, highest).round_()
        ctx.save_for_backward(ratio, integers)
        ctx.range = lowest, highest
        ctx.scale = (count * highest) ** -0.5
        return integers * step

    @staticmethod
    def backward(ctx, upstream):
        ratio, integers = ctx.saved_tensors
        lowest, highest = ctx.range
        in_values = upstream * ((ratio > lowest) & (ratio < highest))
        in_step = ((upstream * integers).sum() - (in_values * ratio).sum()) * ctx.scale
        return in_values, in_step.reshape(1), None, None, None


def quantize_weight(weight, step, bits):
    limit = 2 ** (bits - 1) - 1
    return Quantize.apply(weight, step, -limit, limit, weight.numel())


def quantize_activation(activation, step, bits):
    return Quantize.apply(activation, step, 0, 2**bits - 1, activation[0].numel())


class Conv(nn.Module):
    """Convolution and batch normalization; then ReLU, or LSQ's quantizer where `bits` are given."""

    def __init__(self, in_channels, out_channels, kernel, stride, relu=True, bits=None):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(out_channels)
        self.relu, self.bits = relu, bits
        if bits:
            self.weight_step = nn.Parameter(torch.tensor([0.02]))
            self.output_step = nn.Parameter(torch.tensor([0.1]))

    def forward(self, x):
        weight = self.conv.weight
        if self.bits:
            weight = quantize_weight(weight, self.weight_step, self.bits)
        if x.shape[1] != weight.shape[1]:
            weight = weight.sum(1, keepdim=True)  # One channel stands for the same one repeated.
        y = self.norm(F.conv2d(x, weight, None, self.conv.stride, self.conv.padding))
        if not self.bits:
            return F.relu(y) if self.relu else y
        return quantize_activation(y, self.output_step, self.bits)


class Block(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.inner = Conv(in_channels, out_channels, 3, stride)
        self.outer = Conv(out_channels, out_channels, 3, 1, relu=False)
        self.projection = Conv(in_channels, out_channels, 1, stride, relu=False) if stride == 2 else nn.Identity()

    def forward(self, x):
        return F.relu(self.outer(self.inner(x)) + self.projection(x))


class Head(nn.Module):
    def __init__(self, features, bits=None):
        super().__init__()
        self.linear = nn.Linear(features, 10)
        self.bits = bits
        if bits:
            self.pool_step = nn.Parameter(torch.tensor([0.02]))
            self.weight_step = nn.Parameter(torch.tensor([0.02]))

    def forward(self, x):
        pooled = x.mean((2, 3))
        if not self.bits:
            return self.linear(pooled)
        pooled = quantize_activation(pooled, self.pool_step, 6)
        return F.linear(pooled, quantize_weight(self.linear.weight, self.weight_step, self.bits), self.linear.bias)


def resnet20():
    layers, before = [Conv(3, 16, 3, 1)], 16
    for width in (16, 32, 64):
        for _ in range(3):
            layers.append(Block(before, width, 1 if width == before else 2))
            before = width
    return nn.Sequential(*layers, Head(64))


def fashion(bits=None):
    return nn.Sequential(
        Conv(3, 16, 5, 1, bits=bits), Conv(16, 32, 5, 2, bits=bits), Conv(32, 64, 5, 2, bits=bits), Head(64, bits)
    )


class Work:
    """One network in one memory layout with its optimizer, ready to be timed again and again."""

    def __init__(self, network, lsq, layout):
        self.memory = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        self.channels = 3 if network == "resnet20" else 1
        model = resnet20() if network == "resnet20" else fashion(4 if lsq else None)
        self.model = model.to(memory_format=self.memory)
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9, nesterov=True, weight_decay=1e-4)

    def images(self, count):
        return torch.rand(count, self.channels, 32, 32).to(memory_format=self.memory)

    def step(self, batch, repeats):
        self.model.train()
        images, labels = self.images(batch), torch.randint(0, 10, (batch,))

        def once():
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.model(images), labels, label_smoothing=0.1)
            loss.backward()
            self.optimizer.step()
            return loss.item()

        return timed(once, repeats)

    def inference(self, batch, repeats):
        self.model.eval()
        parts = self.images(batch).split(500)

        def once():
            with torch.inference_mode():
                return [self.model(part) for part in parts]

        return timed(once, repeats)


def timed(once, repeats):
    once()
    times = {"milliseconds": [], "cpuMilliseconds": []}
    for _ in range(repeats):
        started, cpu_started = time.perf_counter(), time.process_time()
        once()
        times["milliseconds"].append(1000 * (time.perf_counter() - started))
        times["cpuMilliseconds"].append(1000 * (time.process_time() - cpu_started))
    return times


def answer(value):
    print(json.dumps(value), flush=True)


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    count = lambda model: sum(parameter.numel() for parameter in model.parameters())
    parameters = {"resnet20": count(resnet20()), "fashion": count(fashion())}
    answer({"torch": torch.__version__, "threads": torch.get_num_threads(), "parameters": parameters})
    works = {}
    for line in sys.stdin:
        question = json.loads(line)
        key = question["network"], question["lsq"], question["layout"]
        if key not in works:
            works[key] = Work(*key)
        work = works[key]
        run = work.step if question["task"] == "step" else work.inference
        answer(run(question["batch"], question["repeats"]))


main()
