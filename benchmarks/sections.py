"""The benchmarks that `python -m benchmarks` runs, as chapters of what it writes."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.charts import Panel

BUNDLED = "assets/digits.h5"
MNIST_ONLY = "{runs}/pygame-cnn-1/pygame-cnn.h5"
"""The network that `pipelines.py` trains where it was not yet."""
DATA = "{data}"
"""Where a command takes `--data-dir`, if that was given."""
ALIKE = "1; the seeds are fixed, so that every run gives the same"
TEST_PARTS = "10,000 images and 3,498 drawings"
RUNS_OF_HAND = f"{ALIKE}, but for the time, of which median and maximum are told. 3,498 drawings."
PANELS_OF_HAND = (
    Panel("errors before"),
    Panel("errors after", title="Digit Pad: errors after"),
)


class Section(NamedTuple):
    """A benchmark as a chapter.

    Attributes:
        title: of the chapter.
        beside: what it is compared with.
        command: what follows `python`; `{runs}`, `{data}` and `{amount}` are filled in.
        repeats: how many runs there are, and what is told of them; `{amount}` is filled in.
        amount: how much is measured, in full and with --quick.
        needs: programs and modules that it cannot do without.
        panels: of its chart.
        under: the program that the command runs under.
        system: the only system on which it can run, if any.
    """

    title: str
    beside: str
    command: str
    repeats: str
    amount: tuple[str, str] = ("", "")
    needs: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    under: str = ""
    system: str = ""


SECTIONS = {
    "engine": Section(
        "Engine, start and memory",
        "the same `.h5` file run by Keras's `model.predict` and by a `tf.function`.",
        "benchmarks/engine.py --rounds {amount}",
        "{amount}, the contenders in turn, each in processes of its own; medians.",
        ("5", "1"),
        ("keras",),
        (Panel("one digit"), Panel("start to first answer"), Panel("peak memory")),
    ),
    "frozen": Section(
        "The executable",
        "the same program frozen with TensorFlow inside, and what cx_Freeze puts in by itself.",
        "benchmarks/frozen.py --rounds {amount}",
        "{amount} with a cold and {amount} with a warm cache, the programs in turn; medians. "
        "Sizes are of one build.",
        ("5", "1"),
        ("keras", "cx_Freeze", "Xvfb", "xdotool"),
        (
            Panel("size", 1, names=("", "cache")),
            Panel("reading", 1, "start to a reading in the window", ("", "cache")),
        ),
        system="Linux",
    ),
    "window": Section(
        "The window",
        "a loop that draws sixty times a second and asks `model.predict`, as most do with pygame.",
        f"benchmarks/window.py --hours {{amount}} {DATA}",
        "1: use of {amount} h, simulated, then 300 digits of which every frame is timed (49 of the "
        "other); median, 95th percentile and maximum of the frames.",
        ("1", "0.02"),
        ("xvfb-run", "xdotool"),
        (Panel("frame, median"), Panel("95th percentile"), Panel("idle")),
        'xvfb-run -a -s "-screen 0 1280x800x24" ',
        "Linux",
    ),
    "pipelines": Section(
        "Accuracy, beside the usual pipelines",
        "the ways of the tutorials to bring a drawing to 28x28, with a network that knows MNIST.",
        f"benchmarks/pipelines.py --runs {{runs}} {DATA}",
        f"{ALIKE}. 3,498 drawings of 14 people.",
        needs=("keras",),
        panels=(Panel("right"),),
    ),
    "accuracy": Section(
        "Accuracy, from files",
        "the chapter before; this is the program alone, run as a user would.",
        f"benchmarks/accuracy.py {DATA}",
        f"{ALIKE}. {TEST_PARTS}.",
        panels=(Panel("right"),),
    ),
    "recipes": Section(
        "The published architectures",
        "the accuracy that their authors published; `digits` is the one of the bundled network.",
        f"training/compare.py --runs {{runs}} {DATA} {{amount}}",
        f"{ALIKE}; each was trained once, with seed 1, and timed then. {TEST_PARTS}.",
        ("", "softmax"),
        ("keras",),
        (Panel("MNIST test"), Panel("`pendigits-orig.tes`", title="pendigits-orig.tes")),
    ),
    "calibration": Section(
        "Calibration and rejection",
        "a network that knows MNIST only, in the same program.",
        f"training/evaluate.py {DATA} {BUNDLED} {MNIST_ONLY}",
        f"{ALIKE}. As many cases as each row counts.",
        needs=("keras",),
        panels=(
            Panel("rejected", 0, "Digit Pad: rejected"),
            Panel("rejected", 2, "MNIST only: rejected"),
            Panel("calibration error", 0, "Digit Pad: calibration error"),
            Panel("calibration error", 2, "MNIST only: calibration error"),
        ),
    ),
    "numbers": Section(
        "Numbers",
        "every piece of ink that hangs together taken for a digit, by the same network.",
        f"benchmarks/numbers.py --count {{amount}} {DATA}",
        f"{ALIKE}, but for the time. {{amount}} numbers of each length and gap.",
        ("40", "2"),
        panels=(Panel("all"),),
    ),
    "pictures": Section(
        "Pictures",
        "one threshold for the page, and every dark piece a digit, by the same network.",
        f"benchmarks/pictures.py --pages {{amount}} {DATA}",
        f"{ALIKE}. Pages of each kind and data set: {{amount}}.",
        ("10", "1"),
        panels=(
            Panel("right", 1, "Digit Pad: right"),
            Panel("right, each dark piece a digit", 1, "each dark piece a digit: right"),
        ),
    ),
    "hand": Section(
        "Learning from corrections",
        "the same digits before the corrections: what a program that cannot learn goes on with.",
        f"benchmarks/hand.py {DATA}",
        RUNS_OF_HAND,
        panels=PANELS_OF_HAND,
    ),
    "unseen-hand": Section(
        "Learning from corrections, with a network that knows MNIST only",
        "the same digits before the corrections.",
        f"benchmarks/hand.py {DATA} {MNIST_ONLY}",
        RUNS_OF_HAND,
        needs=("keras",),
        panels=PANELS_OF_HAND,
    ),
}
