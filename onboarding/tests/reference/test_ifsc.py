"""IFSCs: mergers of banks."""

from onboarding.reference import ifsc


def test_mergers_lead_to_banks_with_branches() -> None:
    """The new bank of every merger has branches, and did not merge itself."""
    index = ifsc._load_index()
    for old, merger in ifsc._load_mergers().items():
        assert merger.new_letters in index.codes, old
        assert merger.new_letters not in ifsc._load_mergers(), old


def test_merged_banks_have_no_branches() -> None:
    """Technical codes that the lists keep for a merged bank are not branches."""
    index = ifsc._load_index()
    kept = [letters for letters in ifsc._load_mergers() if letters in index.codes]
    assert kept
    for letters in kept:
        assert ifsc.bank_of(f"{letters}0{index.codes[letters][:6]}") is None
