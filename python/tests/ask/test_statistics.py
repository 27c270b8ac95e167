"""Agreement of two score vectors."""

import assay


def test_an_agreement_without_draws_has_no_floor_and_the_same_value():
    """Oracle: the value does not depend on the draws."""
    a, b = [3.0, 1.0, 2.0, 5.0], [1.0, 2.0, 3.0, 4.0]
    quick, whole = (assay.agreement(a, b, draws=draws) for draws in (0, 50))
    assert quick["spearman"].value == whole["spearman"].value
    assert not any(quick.noise_floor.values())
    assert all(whole.noise_floor.values())
