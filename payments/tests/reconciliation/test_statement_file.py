"""Bank statements: the forms of several banks are read; what is not sure is refused."""

from datetime import date

import pytest

from payments.reconciliation.statement_file import StatementRefused, read_statement

DEBIT_CREDIT = """\
HITOUCHCX PRIVATE LIMITED
"Account No :",'50100012345678

Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
01/12/26,NEFT CR-ORCHID-HTX7K3M9Q2,SBIN526335123456,01/12/26,,"1,00,000.00","1,50,000.50"
02/12/26,IMPS-533512345678-ASHA RAO,533512345678,02/12/26,"9,410.00",,"1,40,590.50"
,,,,,,
Statement Summary :-,,,,,,
"""


def rows_of(text):
    return [(row.day, row.amount_paise, row.balance_paise) for row in read_statement(text.encode())]


def test_debit_and_credit_columns():
    """Rows above and below the table, Indian grouping and short years are understood."""
    first, second = read_statement(DEBIT_CREDIT.encode())
    assert (first.day, first.amount_paise) == (date(2026, 12, 1), 1_00_000_00)
    assert {"SBIN526335123456", "HTX7K3M9Q2"} <= first.tokens
    assert (second.amount_paise, second.balance_paise) == (-9_410_00, 1_40_590_50)
    assert "533512345678" in second.tokens


@pytest.mark.parametrize(
    "text",
    [
        "Txn Date;Description;Amount (INR);Dr/Cr;Balance\n"
        "05-Dec-2026;UPI/1;500.00;CR;1500.00\n06-Dec-2026;CHRG;10.00;DR;1490.00\n",
        "Transaction Date\tParticulars\tAmount\n"
        "2026-12-05\tUPI/1\t500.00\n2026-12-06\tCHRG\t-10.00\n",
        "DATE,PARTICULARS,DEBIT,CREDIT,BALANCE\n"
        "06-12-2026,CHRG,10.00,0.00,1490.00 Cr\n05-12-2026,UPI/1,,500.00,1500.00 Cr\n",
    ],
)
def test_other_forms(text):
    """Signs in a column or before the amount, newest first, tabs and semicolons."""
    assert [row[:2] for row in rows_of(text)] == [
        (date(2026, 12, 5), 500_00),
        (date(2026, 12, 6), -10_00),
    ]


def test_utf_16_from_a_spreadsheet():
    """UTF-16 with a byte order mark is read."""
    assert len(read_statement(DEBIT_CREDIT.encode("utf-16"))) == 2


HEAD = "Date,Narration,Debit,Credit,Balance\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "names the columns"),
        (b"Datum,Text,Betrag\n1.1.2026,a,1\n", "names the columns"),
        (HEAD.encode(), "no movements"),
        ("Date,Narration,Debit,Credit\n01/12/2026,Caf\xe9,,1.00\n".encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04\x00\x00", "not a CSV"),
        ((HEAD + "01/12/2026,=1+2,,1.00,1.00\n").encode(), "formula"),
        ((HEAD + "01/12/2026,@SUM(A1),,1.00,1.00\n").encode(), "formula"),
        ((HEAD + "01/12/2026,a,1.00,1.00,1.00\n").encode(), "a debit and a credit"),
        ((HEAD + "01/12/2026,a,,1.005,1.00\n").encode(), "not an amount"),
        ((HEAD + "01/12/2026,a,,NaN,1.00\n").encode(), "not an amount"),
        ((HEAD + "32/12/2026,a,,1.00,1.00\n").encode(), "not a date"),
        ((HEAD + "01/12/2026,a,,,1.00\n").encode(), "no amount"),
        ((HEAD + "01/12/2026,a,,1.00,1.00\n02/12/2026,b,,1.00,3.00\n").encode(), "does not follow"),
    ],
)
def test_what_is_not_sure_is_refused(content, why):
    """Each refusal says where and why; nothing is guessed."""
    with pytest.raises(StatementRefused, match=why):
        read_statement(content)
