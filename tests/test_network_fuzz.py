"""A few of the cases of `fuzz_network`, which anyone can try by the thousand."""

from tests.damaged_models import MAKERS
from tests.fuzz_network import SECONDS, run


def test_every_file_ends_in_a_network_or_a_sentence() -> None:
    report = run(0, 10 * len(MAKERS), seed=7)
    assert not report.failures, str(report)
    assert report.cases == 10 * len(MAKERS)
    outcomes = {outcome for _, outcome in report.counts}
    assert {"network", "refused"} <= outcomes
    assert 0 < report.seconds < SECONDS
