// @ts-check
/** The stage `python` of `npm test`; surroundings.mjs has made the tools ready. */
import { describeError } from './log.mjs';
import { repoRoot } from './paths.mjs';
import { capture } from './processes.mjs';
import { checkPython } from './python-tools.mjs';

// MYPYPATH of the surroundings would let mypy read other files than those at hand.
const { SHOTLUCK_PYTHON: python, SHOTLUCK_PYTHON_TOOLS: tools, MYPYPATH: _, ...others } = process.env;
if (python === undefined || tools === undefined) throw new Error('This script is run by: npm test -- --only python');
const env = { ...others, PYTHONPATH: tools };

try {
  const isClean = await checkPython({
    run: (args) => capture(python, ['-m', ...args], { cwd: repoRoot, env }),
    root: repoRoot,
    print: console.log,
  });
  if (!isClean) {
    console.log(`To format, and to fix what ruff can fix: PYTHONPATH=${tools} ${python} -m ruff format (or: check --fix)`);
    process.exitCode = 1;
  }
} catch (error) {
  console.log(describeError(error));
  process.exitCode = 1;
}
