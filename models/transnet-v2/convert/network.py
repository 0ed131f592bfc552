"""TransNet V2 with the published weights, arranged for fast inference.

Mathematically the network of Souček & Lokoč, "TransNet V2: An effective deep network architecture for fast shot
transition detection" (arXiv:2008.04838), with its published options (F=16, L=3, S=2, D=1024, both heads, frame
similarities, colour histograms).
What differs is only how it is computed, because runtimes have fast kernels for 2-D convolutions and slow ones for 3-D:

- the frames of a window stand above each other in one tall picture, an empty row below each: a convolution over space
  is a 3x3 convolution of that picture, and a convolution over time with dilation d is a 3x1 convolution with dilation
  d * rows per frame;
- the empty rows are emptied again wherever a convolution over space would read what earlier layers left in them;
- batch normalisation is folded into the convolution before it;
- the band of the similarity matrix is cut out by reshaping a padded matrix, not by gathering.

A window may have any number of frames: nothing in the network reaches further than 50 frames (the band of similarities;
the convolutions reach 48), so long windows compute for each frame what it would get in the middle of a published window
of 100.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

HEIGHT, WIDTH = 27, 48
LOOKUP = 101
DILATIONS = (1, 2, 4, 8)
BATCH_NORM_EPSILON = 1e-3
Weights = Mapping[str, Tensor]


class Branch(nn.Module):
    """(2+1)-D convolution with one dilation, normalised, then ReLU."""

    def __init__(self, spatial: Tensor, temporal: Tensor, bias: Tensor, reach: int) -> None:
        super().__init__()
        inner, inputs = spatial.shape[:2]
        self.spatial = nn.Conv2d(inputs, inner, 3, padding=1, bias=False)
        self.spatial.weight = nn.Parameter(spatial.contiguous())
        self.temporal = nn.Conv2d(inner, temporal.shape[0], (3, 1), padding=(reach, 0), dilation=(reach, 1))
        self.temporal.weight = nn.Parameter(temporal.contiguous())
        self.temporal.bias = nn.Parameter(bias.contiguous())

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.temporal(self.spatial(x)))


class Block(nn.Module):
    """Four branches side by side: [B, in, rows, W] -> [B, 4 * filters, rows, W]."""

    def __init__(self, weights: Weights, prefix: str, rows_per_frame: int) -> None:
        super().__init__()
        scale = weights[f"{prefix}.bn.weight"] / torch.sqrt(weights[f"{prefix}.bn.running_var"] + BATCH_NORM_EPSILON)
        shift = weights[f"{prefix}.bn.bias"] - weights[f"{prefix}.bn.running_mean"] * scale
        scales, shifts = scale.chunk(len(DILATIONS)), shift.chunk(len(DILATIONS))
        self.branches = nn.ModuleList()
        for index, dilation in enumerate(DILATIONS):
            layers = f"{prefix}.Conv3D_{dilation}.layers"
            spatial = weights[f"{layers}.0.weight"][:, :, 0]
            temporal = weights[f"{layers}.1.weight"][..., 0] * scales[index].view(-1, 1, 1, 1)
            self.branches.append(Branch(spatial, temporal, shifts[index], dilation * rows_per_frame))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Stack(nn.Module):
    """Two blocks, the first one's output added to the second one's. The empty rows of its input must be empty."""

    def __init__(self, weights: Weights, prefix: str, height: int) -> None:
        super().__init__()
        self.first = Block(weights, f"{prefix}.DDCNN.0", height + 1)
        self.second = Block(weights, f"{prefix}.DDCNN.1", height + 1)
        self.register_buffer("picture_rows", torch.cat([torch.ones(height), torch.zeros(1)]).view(-1, 1))

    def empty_rows(self, x: Tensor) -> Tensor:
        """Puts 0 into the empty row below each frame: [B, C, T * (height + 1), W]."""
        rows = self.picture_rows.shape[0]
        return (x.reshape(x.shape[0], x.shape[1], -1, rows, x.shape[3]) * self.picture_rows).reshape(x.shape)

    def forward(self, x: Tensor) -> Tensor:
        x = self.empty_rows(self.first(x))
        return self.second(x) + x


class TallTransNet(nn.Module):
    """frames uint8 [B, T, 27, 48, 3] RGB -> logits (single frame, all frames of a transition), float32 [B, T] each."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        # Average pooling of 2x2 takes 27+1 rows per frame to 13+1 and those to 6+1:
        # the odd row goes with the empty one.
        self.stacks = nn.ModuleList(Stack(weights, f"SDDCNN.{level}", HEIGHT >> level) for level in range(3))
        self.projection = _linear(weights, "frame_sim_layer.projection")
        self.similarity = _linear(weights, "frame_sim_layer.fc")
        self.histogram = _linear(weights, "color_hist_layer.fc")
        self.features = _linear(weights, "fc1")
        self.single = _linear(weights, "cls_layer1")
        self.all = _linear(weights, "cls_layer2")

    def forward(self, frames: Tensor) -> tuple[Tensor, Tensor]:
        pixels = frames.float()
        windows, length = frames.shape[:2]
        x = functional.pad(pixels / 255.0, (0, 0, 0, 0, 0, 1))
        x = x.permute(0, 4, 1, 2, 3).reshape(windows, 3, length * (HEIGHT + 1), WIDTH)
        means = []
        for level, following in ((0, 1), (1, 2)):
            x = self.stacks[following].empty_rows(functional.avg_pool2d(self.stacks[level](x), 2))
            means.append(_frame_means(x, (HEIGHT >> following) + 1))
        # 6+1 rows cannot be halved as one picture: here the frames part.
        x = self.stacks[2](x)
        x = (
            x.reshape(windows, x.shape[1], length, (HEIGHT >> 2) + 1, x.shape[3])[:, :, :, :-1]
            .transpose(1, 2)
            .flatten(0, 1)
        )
        x = functional.avg_pool2d(x, 2)
        means.append(x.mean(dim=(2, 3)).reshape(windows, length, x.shape[1]))

        seen = x.permute(0, 2, 3, 1).reshape(windows, length, x.shape[1] * x.shape[2] * x.shape[3])
        alike = functional.normalize(self.projection(torch.cat(means, dim=2)), dim=2)
        similarity = functional.relu(self.similarity(_band(alike)))
        histogram = functional.relu(self.histogram(_band(_colour_histograms(pixels))))
        x = functional.relu(self.features(torch.cat([histogram, similarity, seen], dim=2)))
        return self.single(x).flatten(1), self.all(x).flatten(1)


def _frame_means(x: Tensor, rows: int) -> Tensor:
    """Mean of each frame's picture, whose last row is empty: [B, C, T * rows, W] -> [B, T, C]."""
    width = x.shape[3]
    return x.reshape(x.shape[0], x.shape[1], -1, rows * width).sum(dim=3).transpose(1, 2) / ((rows - 1) * width)


def _colour_histograms(pixels: Tensor) -> Tensor:
    """[B, T, H, W, 3] -> [B, T, 512] of length 1: counts of colours with eight levels per channel."""
    windows, length = pixels.shape[:2]
    levels = torch.floor(pixels / 32.0)
    colours = (
        (levels[..., 0] * 64 + levels[..., 1] * 8 + levels[..., 2]).reshape(windows * length, HEIGHT * WIDTH).long()
    )
    counts = torch.zeros(windows * length, 512).scatter_add(1, colours, torch.ones(colours.shape))
    return functional.normalize(counts, dim=1).reshape(windows, length, 512)


def _band(vectors: Tensor) -> Tensor:
    """Likeness of each frame to the 50 before it, itself and the 50 after it:
    [B, T, D] -> [B, T, 101]; outside the window 0.
    """
    windows, length = vectors.shape[:2]
    padded = functional.pad(vectors @ vectors.transpose(1, 2), (LOOKUP // 2, LOOKUP // 2))
    # Rows that are one longer than the matrix is wide make its diagonals stand upright.
    skewed = functional.pad(padded.flatten(1), (0, length)).reshape(windows, length, length + LOOKUP)
    return skewed[:, :, :LOOKUP]


def _linear(weights: Weights, prefix: str) -> nn.Linear:
    weight = weights[f"{prefix}.weight"]
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight = nn.Parameter(weight)
    layer.bias = nn.Parameter(weights[f"{prefix}.bias"])
    return layer
