"""Weight interpolation of two checkpoints of the same model: python blend.py A.pt B.pt ALPHA OUT.pt  (ALPHA = share of B)"""

import sys, torch

a, b = (torch.load(f, weights_only=False) for f in sys.argv[1:3])
t = float(sys.argv[3])
b["sd"] = {k: (a["sd"][k].float() * (1 - t) + b["sd"][k].float() * t).half() for k in b["sd"]}
b["blend"] = t
torch.save(b, sys.argv[4])
