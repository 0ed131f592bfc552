"""A llama.cpp server (in the package xllamacpp) on a free port of this machine, until its input is closed.

    python serve_llama.py MODEL.gguf [--mmproj MMPROJ.gguf] [--key KEY] [--parallel 2]

Prints its address once it answers.
"""

import argparse
import sys

import xllamacpp

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--mmproj")
parser.add_argument("--key")
parser.add_argument("--parallel", type=int, default=2)
options = parser.parse_args()

params = xllamacpp.CommonParams()
params.model.path = options.model
params.model_alias = {"tiny"}
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_parallel = options.parallel
params.n_ctx = 2048 * options.parallel
params.cpuparams.n_threads = 1
# As exact as PyTorch, which the answers are held against.
params.cache_type_k = xllamacpp.ggml_type.GGML_TYPE_F32
params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
params.use_jinja = True
if options.mmproj:
    params.mmproj.path = options.mmproj
if options.key:
    params.api_keys = [options.key]
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
