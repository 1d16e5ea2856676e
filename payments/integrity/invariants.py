"""What must always be true of HitouchCX's money: one SQL query for each invariant.

Anyone with a copy of the database can run them. Each returns the rows that break it, as an id
and a detail. Rows are compared with their source both ways, and with the audit log, which has a
keyed chain of its own, so that what was changed or removed behind the triggers shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from payments.ledger import seals
from payments.models.entry_kinds import sides

#: Findings of one invariant that are named; the others are counted.
NAMED = 20
_SIDES = ", ".join(f"('{entry}', '{account}', {side})" for entry, account, side in sides())
#: Work approved before the first payment was made is none that was forgotten.
_FIRST_PAYMENT = "(SELECT min(opened_at) FROM payments_payment)"


@dataclass(frozen=True)
class Invariant:
    """Something that must be true, and the query for the rows that break it."""

    name: str
    sentence: str
    sql: str


@dataclass(frozen=True)
class Violation:
    """A broken invariant."""

    name: str
    sentence: str
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        more = f" and {self.count - len(self.examples)} more" if self.count > NAMED else ""
        return f"{self.name}: {self.sentence} Not so: {'; '.join(self.examples)}{more}."


INVARIANTS = (
    Invariant(
        "entries_balance",
        "The legs of each entry sum to zero, and none is missing.",
        """
        SELECT entry.id::text, coalesce(sum(leg.amount_paise), 0) || ' paise over '
               || count(leg.id) || ' of ' || entry.leg_count || ' legs'
          FROM payments_entry AS entry LEFT JOIN payments_leg AS leg ON leg.entry_id = entry.id
         GROUP BY entry.id
        HAVING coalesce(sum(leg.amount_paise), 0) <> 0 OR count(leg.id) <> entry.leg_count
            OR count(leg.id) < 2
        """,
    ),
    Invariant(
        "legs_are_of_their_kind",
        "Each entry touches only the accounts that its kind may touch.",
        f"""
        SELECT entry.id::text, entry.kind || ' on ' || account.kind
          FROM payments_leg AS leg
          JOIN payments_entry AS entry ON entry.id = leg.entry_id
          JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
         WHERE entry.kind <> 'REVERSAL'
           AND (entry.kind, account.kind, sign(leg.amount_paise)::int) NOT IN (VALUES {_SIDES})
        """,  # noqa: S608
    ),
    Invariant(
        "reversals_mirror",
        "A reversal takes back its entry exactly.",
        """
        SELECT entry.id::text, 'reverses ' || entry.reverses_id
          FROM payments_entry AS entry JOIN payments_leg AS leg
            ON leg.entry_id IN (entry.id, entry.reverses_id)
         WHERE entry.reverses_id IS NOT NULL
         GROUP BY entry.id, entry.reverses_id, leg.account_id
        HAVING sum(leg.amount_paise) <> 0
        """,
    ),
    Invariant(
        "payments_are_booked",
        "Each payment has its entry with its amounts; a correction has a reversal.",
        """
        SELECT payment.id::text, 'no entry with these amounts'
          FROM payments_payment AS payment
         WHERE payment.corrects_id IS NULL AND NOT EXISTS (
               SELECT FROM payments_entry AS entry
                 JOIN payments_leg AS leg ON leg.entry_id = entry.id
                 JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
                WHERE entry.kind = 'PAYMENT_OPENED' AND entry.source_id = payment.id
                GROUP BY entry.id
               HAVING coalesce(sum(leg.amount_paise) FILTER (WHERE leg.amount_paise > 0), 0)
                      = payment.gross_paise + payment.client_gst_paise
                  AND coalesce(sum(leg.amount_paise) FILTER (
                          WHERE account.kind = 'AGENT_PAYABLE'
                            AND account.agent_id = payment.agent_id), 0) = -payment.net_paise
                  AND coalesce(sum(leg.amount_paise) FILTER (
                          WHERE account.kind = 'TDS_PAYABLE'), 0) = -payment.tds_paise
                  AND coalesce(sum(leg.amount_paise) FILTER (
                          WHERE account.kind = 'FEE_INCOME'), 0) = -payment.fee_paise
                  AND coalesce(sum(leg.amount_paise) FILTER (
                          WHERE account.kind = 'GST_PAYABLE'), 0)
                      = -payment.gst_paise - payment.client_gst_paise)
        UNION ALL
        SELECT correction.id::text, 'the payment it takes back is not reversed'
          FROM payments_payment AS correction
         WHERE correction.corrects_id IS NOT NULL AND NOT EXISTS (
               SELECT FROM payments_entry AS entry
                 JOIN payments_entry AS reversal ON reversal.reverses_id = entry.id
                WHERE entry.kind = 'PAYMENT_OPENED' AND entry.source_id = correction.corrects_id)
        """,
    ),
    Invariant(
        "entries_have_sources",
        "Each entry is about a row that exists and is in the state that it books.",
        """
        SELECT entry.id::text, entry.kind || ' of nothing'
          FROM payments_entry AS entry
         WHERE (entry.kind = 'PAYMENT_OPENED' AND NOT EXISTS (
                   SELECT FROM payments_payment AS payment
                    WHERE payment.id = entry.source_id AND payment.corrects_id IS NULL))
            OR (entry.kind = 'WELFARE_FEE' AND NOT EXISTS (
                   SELECT FROM payments_welfarefee AS fee WHERE fee.payment_id = entry.source_id))
            OR (entry.kind IN ('TRANSFER_STARTED', 'TRANSFER_SETTLED', 'TRANSFER_RETURNED')
                AND NOT EXISTS (
                   SELECT FROM payments_payoutattempt AS attempt
                    WHERE attempt.id = entry.source_id))
            OR (entry.kind = 'REVERSAL' AND NOT EXISTS (
                   SELECT FROM payments_entry AS other
                    WHERE other.id = entry.source_id AND other.id = entry.reverses_id))
        UNION ALL
        SELECT entry.id::text, 'reverses a payment that is not corrected'
          FROM payments_entry AS reversal
          JOIN payments_entry AS entry ON entry.id = reversal.reverses_id
         WHERE entry.kind = 'PAYMENT_OPENED' AND NOT EXISTS (
               SELECT FROM payments_payment AS correction
                WHERE correction.corrects_id = entry.source_id)
        """,
    ),
    Invariant(
        "transfers_are_booked",
        "Each order of a transfer is booked, and ended in the books as in its payout.",
        """
        SELECT attempt.id::text, payout.state
          FROM payments_payoutattempt AS attempt
          JOIN payments_payout AS payout ON payout.id = attempt.payout_id
          LEFT JOIN payments_entry AS started
            ON started.kind = 'TRANSFER_STARTED' AND started.source_id = attempt.id
          LEFT JOIN payments_entry AS reversed ON reversed.reverses_id = started.id
          LEFT JOIN payments_entry AS settled
            ON settled.kind = 'TRANSFER_SETTLED' AND settled.source_id = attempt.id
          LEFT JOIN payments_entry AS returned
            ON returned.kind = 'TRANSFER_RETURNED' AND returned.source_id = attempt.id
         WHERE started.id IS NULL
            OR (reversed.id IS NOT NULL AND settled.id IS NOT NULL)
            OR (returned.id IS NOT NULL AND settled.id IS NULL)
            OR ((attempt.ended_at IS NULL)
                <> (payout.state IN ('SENDING', 'PROCESSING', 'UNKNOWN'))
                AND attempt.at = (SELECT max(at) FROM payments_payoutattempt AS other
                                   WHERE other.payout_id = payout.id))
            OR (attempt.ended_at IS NOT NULL AND reversed.id IS NULL AND settled.id IS NULL)
            OR (attempt.ended_at IS NULL AND (reversed.id IS NOT NULL OR settled.id IS NOT NULL))
            OR (payout.state = 'COMPLETED' AND attempt.at = (
                    SELECT max(at) FROM payments_payoutattempt AS other
                     WHERE other.payout_id = payout.id)
                AND (settled.id IS NULL OR returned.id IS NOT NULL))
        UNION ALL
        SELECT payout.id::text, payout.state || ' without an order'
          FROM payments_payout AS payout
         WHERE payout.state IN ('SENDING', 'PROCESSING', 'UNKNOWN', 'COMPLETED')
           AND (payout.rail <> 'SET_OFF' OR payout.amount_paise <> 0)
           AND NOT EXISTS (SELECT FROM payments_payoutattempt AS attempt
                            WHERE attempt.payout_id = payout.id)
        """,
    ),
    Invariant(
        "booked_transfers_have_their_amount",
        "The books moved the amount of the payout, of the agent that it pays.",
        """
        SELECT entry.id::text, entry.kind || ', payout ' || payout.id
          FROM payments_entry AS entry
          JOIN payments_payoutattempt AS attempt ON attempt.id = entry.source_id
          JOIN payments_payout AS payout ON payout.id = attempt.payout_id
          JOIN payments_leg AS leg ON leg.entry_id = entry.id
          JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
         WHERE entry.kind IN ('TRANSFER_STARTED', 'TRANSFER_SETTLED', 'TRANSFER_RETURNED')
           AND (abs(leg.amount_paise) <> payout.amount_paise
                OR (account.kind = 'AGENT_PAYABLE' AND account.agent_id <> payout.agent_id))
        """,
    ),
    Invariant(
        "payouts_are_their_items",
        "A payout is the sum of its items, which are payments of its agent.",
        """
        SELECT payout.id::text, payout.amount_paise || ' paise, items '
               || coalesce(sum(item.amount_paise), 0)
          FROM payments_payout AS payout
          LEFT JOIN payments_payoutitem AS item ON item.payout_id = payout.id
          LEFT JOIN payments_payment AS payment ON payment.id = item.payment_id
         GROUP BY payout.id
        HAVING payout.amount_paise <> coalesce(sum(item.amount_paise), 0)
            OR bool_or(payment.agent_id <> payout.agent_id)
        """,
    ),
    Invariant(
        "payments_are_paid_once",
        "The live items of a payment never exceed its net amount, and its state is theirs.",
        """
        SELECT payment.id::text, payment.state || ', net ' || payment.net_paise || ', in payouts '
               || coalesce(sum(item.amount_paise), 0)
          FROM payments_payment AS payment
          LEFT JOIN (payments_payoutitem AS item
                     JOIN payments_payout AS payout ON payout.id = item.payout_id)
            ON item.payment_id = payment.id AND item.released_at IS NULL
         WHERE payment.net_paise <> 0
         GROUP BY payment.id
        HAVING abs(coalesce(sum(item.amount_paise), 0)) > abs(payment.net_paise)
            OR coalesce(sum(item.amount_paise), 0) * sign(payment.net_paise) < 0
            OR (payment.state = 'COMPLETED') <> (coalesce(sum(item.amount_paise) FILTER (
                    WHERE payout.state = 'COMPLETED'), 0) = payment.net_paise)
            OR (payment.state = 'PROCESSING') <> coalesce(bool_or(
                    payout.state IN ('SENDING', 'PROCESSING', 'UNKNOWN')), false)
        """,
    ),
    Invariant(
        "payouts_go_to_the_agent",
        "A payout goes to an account version of its agent, as it was when it was started.",
        """
        SELECT payout.id::text, 'another account than that of the agent'
          FROM payments_payout AS payout
          JOIN onboarding_bankaccount AS account ON account.id = payout.bank_account_id
         WHERE account.agent_id <> payout.agent_id
            OR (payout.last_four <> account.last_four AND account.last_four <> '')
            OR (payout.ifsc <> account.ifsc AND account.ifsc <> '')
        UNION ALL
        SELECT payout.id::text, 'another account or amount than in the audit log'
          FROM payments_payout AS payout
          JOIN LATERAL (
               SELECT new FROM accounts_auditevent AS event
                WHERE event.on_kind = 'payments.payout' AND event.on_id = payout.id::text
                  AND event.action = 'payout.started'
                ORDER BY event.id DESC LIMIT 1) AS event ON true
         WHERE right(event.new ->> 'account', 4) <> payout.last_four
            OR (event.new ->> 'amount_paise')::bigint <> payout.amount_paise
        """,
    ),
    Invariant(
        "utrs_are_those_recorded",
        "The UTR of a completed payout is the one in the audit log.",
        """
        SELECT payout.id::text, 'UTR ' || payout.utr
          FROM payments_payout AS payout
          LEFT JOIN LATERAL (
               SELECT new ->> 'utr' AS utr FROM accounts_auditevent AS event
                WHERE event.on_kind = 'payments.payout' AND event.on_id = payout.id::text
                  AND event.action IN ('payout.settled', 'payout.utr_added')
                  AND event.new ->> 'utr' <> ''
                ORDER BY event.id DESC LIMIT 1) AS event ON true
         WHERE payout.state = 'COMPLETED' AND payout.utr <> coalesce(event.utr, '')
        """,
    ),
    Invariant(
        "what_the_audit_log_saw_exists",
        "Each payment and payout that the audit log knows still exists.",
        """
        SELECT event.on_id, event.action
          FROM accounts_auditevent AS event
          LEFT JOIN payments_payment AS payment ON payment.id::text = event.on_id
          LEFT JOIN payments_payout AS payout ON payout.id::text = event.on_id
         WHERE (event.action = 'payment.opened' AND payment.id IS NULL)
            OR (event.action = 'payout.started' AND payout.id IS NULL)
        """,
    ),
    Invariant(
        "payments_add_up",
        "Gross is net, tax, fee and GST, at the rates of the rules that it names.",
        """
        SELECT payment.id::text, payment.gross_paise || ' gross'
          FROM payments_payment AS payment
          JOIN payments_feerule AS rule ON rule.id = payment.fee_rule_id
         WHERE payment.gross_paise <> payment.net_paise + payment.tds_paise + payment.fee_paise
                                      + payment.gst_paise
            OR payment.fee_bp <> rule.fee_bp OR payment.gst_bp <> rule.gst_bp
            OR (payment.corrects_id IS NULL AND payment.net_paise > 0 AND (
                   payment.fee_paise <> (payment.gross_paise * payment.fee_bp + 5000) / 10000
                OR payment.gst_paise <> (payment.fee_paise * payment.gst_bp + 5000) / 10000))
        """,
    ),
    Invariant(
        "client_gst_follows_its_rule",
        "The GST on top of an earning is that of the rate that it names.",
        """
        SELECT payment.id::text, payment.client_gst_paise || ' paise of GST on top'
          FROM payments_payment AS payment
          LEFT JOIN payments_clientgstrule AS rule ON rule.id = payment.client_gst_rule_id
         WHERE payment.client_gst_bp <> coalesce(rule.gst_bp, 0)
            OR abs(payment.client_gst_paise)
               <> 2 * ((abs(payment.gross_paise) * payment.client_gst_bp + 10000) / 20000)
        """,
    ),
    Invariant(
        "corrections_mirror",
        "A correction takes back exactly the payment it names.",
        """
        SELECT correction.id::text, 'of ' || payment.id
          FROM payments_payment AS correction
          JOIN payments_payment AS payment ON payment.id = correction.corrects_id
         WHERE (correction.gross_paise, correction.net_paise, correction.tds_paise,
                correction.fee_paise, correction.gst_paise, correction.client_gst_paise,
                correction.agent_id)
            IS DISTINCT FROM (-payment.gross_paise, -payment.net_paise, -payment.tds_paise,
                -payment.fee_paise, -payment.gst_paise, -payment.client_gst_paise,
                payment.agent_id)
        """,
    ),
    Invariant(
        "hours_are_paid",
        "The gross amount of hours is their time within the slots at the rate of the gig, less"
        " what the client refused.",
        """
        SELECT payment.id::text, payment.gross_paise || ' paise for '
               || coalesce(worked.seconds, 0) || ' s'
          FROM payments_payment AS payment
          JOIN gigs_gig AS gig ON gig.id = payment.gig_id
          LEFT JOIN LATERAL (
               SELECT floor(sum(extract(epoch FROM greatest(
                          least(session.ended_at, slot.ends_at)
                          - greatest(session.started_at, slot.starts_at), interval '0')))
                      )::bigint AS seconds
                 FROM gigs_worksession AS session
                 JOIN gigs_claim AS claim ON claim.id = session.claim_id
                 JOIN gigs_slot AS slot ON slot.id = claim.slot_id
                WHERE session.work_id = payment.work_id) AS worked ON true
         WHERE payment.kind = 'HOURS' AND payment.work_id IS NOT NULL
           AND payment.gross_paise
               <> coalesce(worked.seconds, 0) * gig.rate_paise / 3600
                  - coalesce((SELECT sum(amount_paise) FROM gigs_refusedpart AS part
                               WHERE part.work_id = payment.work_id), 0)
        """,
    ),
    Invariant(
        "fixed_prices_are_paid",
        "The gross amount of a fixed price is that of the gig or milestone, less what was refused.",
        """
        SELECT payment.id::text, payment.gross_paise || ' paise, price ' || gig.rate_paise
          FROM payments_payment AS payment JOIN gigs_gig AS gig ON gig.id = payment.gig_id
         WHERE payment.kind = 'FIXED' AND payment.work_id IS NOT NULL
           AND payment.gross_paise <> gig.rate_paise
               - coalesce((SELECT sum(amount_paise) FROM gigs_refusedpart AS part
                            WHERE part.work_id = payment.work_id), 0)
        UNION ALL
        SELECT payment.id::text, payment.gross_paise || ' paise, milestone '
               || coalesce(milestone.amount_paise::text, 'missing')
          FROM payments_payment AS payment JOIN gigs_work AS work ON work.id = payment.work_id
          LEFT JOIN gigs_milestone AS milestone ON milestone.id = work.milestone_id
         WHERE payment.kind = 'MILESTONE'
           AND payment.gross_paise IS DISTINCT FROM milestone.amount_paise
               - coalesce((SELECT sum(amount_paise) FROM gigs_refusedpart AS part
                            WHERE part.work_id = payment.work_id), 0)
        """,
    ),
    Invariant(
        "payments_are_for_approved_work",
        "Each payment for work is for approved work of its agent and gig.",
        """
        SELECT payment.id::text, 'work ' || coalesce(work.state, 'missing')
          FROM payments_payment AS payment
          LEFT JOIN gigs_work AS work ON work.id = payment.work_id
          LEFT JOIN gigs_gig AS gig ON gig.id = work.gig_id
         WHERE payment.work_id IS NOT NULL
           AND (work.state IS DISTINCT FROM 'APPROVED' OR work.gig_id <> payment.gig_id
                OR gig.agent_id <> payment.agent_id OR payment.source_id <> payment.work_id)
        """,
    ),
    Invariant(
        "approved_work_is_paid",
        "Work that was approved since payments exist has a payment.",
        f"""
        SELECT work.id::text, 'approved ' || work.decided_at
          FROM gigs_work AS work
          LEFT JOIN payments_payment AS payment ON payment.work_id = work.id
         WHERE work.state = 'APPROVED' AND payment.id IS NULL
           AND work.decided_at >= {_FIRST_PAYMENT}
        """,  # noqa: S608
    ),
    Invariant(
        "earned_amounts_are_paid",
        "Each amount that a gig earned beside its hours or price has its payment, and none else.",
        """
        SELECT coalesce(payment.id, earned.id)::text,
               coalesce(earned.amount_paise::text, 'nothing') || ' paise earned, '
               || coalesce(payment.gross_paise::text, 'nothing') || ' paid'
          FROM gigs_earnedamount AS earned
          FULL JOIN (
               SELECT * FROM payments_payment
                WHERE kind IN ('MILESTONE', 'BONUS', 'LATE_CANCEL', 'RESOLUTION')
                  AND source_type <> 'payments.adjustment') AS payment
            ON (payment.kind, payment.source_type, payment.source_id)
               = (earned.kind, earned.source_type, earned.source_id)
         WHERE (payment.gig_id, payment.gross_paise)
               IS DISTINCT FROM (earned.gig_id, earned.amount_paise)
        """,
    ),
    Invariant(
        "tax_is_recorded",
        "The tax of each payment is that of its withholding.",
        """
        SELECT payment.id::text, payment.tds_paise || ' paise of tax'
          FROM payments_payment AS payment
          LEFT JOIN payments_withholding AS withholding ON withholding.payment_id = payment.id
         WHERE withholding.id IS NULL OR withholding.withheld_paise <> payment.tds_paise
            OR withholding.base_paise <> payment.gross_paise
        """,
    ),
    Invariant(
        "tax_years_are_their_rows",
        "The sums of a financial year are those of its withholdings, and of years merged into it.",
        """
        WITH part AS (
            SELECT year_id, base_paise, taxed_paise, withheld_paise FROM payments_withholding
            UNION ALL
            SELECT merged_into_id, base_paise, taxed_paise, withheld_paise
              FROM payments_withholdingyear WHERE merged_into_id IS NOT NULL)
        SELECT year.id::text, year.kind || ' ' || year.financial_year
          FROM payments_withholdingyear AS year
          LEFT JOIN part ON part.year_id = year.id
         GROUP BY year.id
        HAVING year.base_paise <> coalesce(sum(part.base_paise), 0)
            OR year.taxed_paise <> coalesce(sum(part.taxed_paise), 0)
            OR year.withheld_paise <> coalesce(sum(part.withheld_paise), 0)
        """,
    ),
    Invariant(
        "tax_was_worked_out_in_order",
        "Each withholding begins with the sums that the ones before it left.",
        """
        SELECT row.id::text, 'payment ' || payment_id FROM (
            SELECT id, year_id, payment_id,
                   base_before_paise, taxed_before_paise, withheld_before_paise,
                   coalesce(sum(base_paise) OVER before, 0) AS base,
                   coalesce(sum(taxed_paise) OVER before, 0) AS taxed,
                   coalesce(sum(withheld_paise) OVER before, 0) AS withheld
              FROM payments_withholding
            WINDOW before AS (PARTITION BY year_id ORDER BY id
                              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS row
         CROSS JOIN LATERAL (
            SELECT coalesce(sum(base_paise), 0) AS base, coalesce(sum(taxed_paise), 0) AS taxed,
                   coalesce(sum(withheld_paise), 0) AS withheld
              FROM payments_withholdingyear
             WHERE merged_into_id = row.year_id AND merged_after < row.id) AS merged
         WHERE (base_before_paise, taxed_before_paise, withheld_before_paise) IS DISTINCT FROM
               (row.base + merged.base, row.taxed + merged.taxed, row.withheld + merged.withheld)
        """,
    ),
    Invariant(
        "transit_is_under_way",
        "What is in transit in the books is what payouts and refunds have under way.",
        """
        SELECT 'in transit', booked.paise || ' paise in the books, ' || sent.paise || ' under way'
          FROM (SELECT -coalesce(sum(leg.amount_paise), 0) AS paise
                  FROM payments_leg AS leg
                  JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
                 WHERE account.kind = 'IN_TRANSIT') AS booked,
               (SELECT coalesce(sum(amount_paise), 0) AS paise FROM (
                    SELECT amount_paise FROM payments_payout
                     WHERE state IN ('SENDING', 'PROCESSING', 'UNKNOWN')
                    UNION ALL
                    SELECT amount_paise FROM payments_clientrefund WHERE state = 'PROCESSING'
                ) AS under_way) AS sent
         WHERE booked.paise <> sent.paise
        """,
    ),
    Invariant(
        "agents_are_owed_what_is_unpaid",
        "What an agent is owed in the books is what no transfer has taken yet.",
        """
        WITH owed AS (
            SELECT account.agent_id, -sum(leg.amount_paise) AS paise
              FROM payments_leg AS leg
              JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
             WHERE account.kind = 'AGENT_PAYABLE' GROUP BY account.agent_id
        ), unpaid AS (
            SELECT payment.agent_id, sum(payment.net_paise - coalesce(gone.paise, 0)) AS paise
              FROM payments_payment AS payment
              LEFT JOIN LATERAL (
                   SELECT sum(item.amount_paise) AS paise
                     FROM payments_payoutitem AS item
                     JOIN payments_payout AS payout ON payout.id = item.payout_id
                    WHERE item.payment_id = payment.id AND item.released_at IS NULL
                      AND payout.state IN ('SENDING', 'PROCESSING', 'UNKNOWN', 'COMPLETED')
                   ) AS gone ON true
             GROUP BY payment.agent_id
        )
        SELECT agent_id::text, coalesce(owed.paise, 0) || ' paise in the books, '
               || coalesce(unpaid.paise, 0) || ' unpaid'
          FROM owed FULL JOIN unpaid USING (agent_id)
         WHERE coalesce(owed.paise, 0) <> coalesce(unpaid.paise, 0)
        """,
    ),
    Invariant(
        "stored_balances_are_their_legs",
        "The stored balance of a client's account is the sum of its legs, and not below zero.",
        """
        SELECT account.id::text, coalesce(balance.balance_paise, 0) || ' stored'
          FROM payments_ledgeraccount AS account
          LEFT JOIN payments_ledgerbalance AS balance ON balance.account_id = account.id
         WHERE account.kind IN ('CLIENT_AVAILABLE', 'CLIENT_RESERVED')
           AND (balance.balance_paise IS NULL OR balance.balance_paise < 0
                OR balance.balance_paise <> -coalesce((
                    SELECT sum(leg.amount_paise) FROM payments_leg AS leg
                     WHERE leg.account_id = account.id), 0))
        """,
    ),
    Invariant(
        "client_money_is_booked",
        "Each deposit, reserve, increase, release and refund is booked with its amount.",
        """
        WITH expected (kind, source_id, paise) AS (
            SELECT 'DEPOSIT_RECEIVED', id, amount_paise FROM payments_deposit
            UNION ALL SELECT 'DEPOSIT_MATCHED', id, amount_paise FROM payments_deposit
                       WHERE state = 'MATCHED'
            UNION ALL SELECT 'DEPOSIT_RETURNED', id, amount_paise FROM payments_depositreturn
                       WHERE utr <> ''
            UNION ALL SELECT 'RESERVED', id, promised_paise FROM payments_reserve
            UNION ALL SELECT 'RESERVE_INCREASED', id, amount_paise FROM payments_reserveincrease
            UNION ALL SELECT 'RESERVE_RELEASED', id, amount_paise FROM payments_reserverelease
            UNION ALL SELECT 'REFUND_STARTED', id, amount_paise FROM payments_clientrefund
                       WHERE state IN ('PROCESSING', 'COMPLETED', 'RETURNED')
            UNION ALL SELECT 'REFUND_SETTLED', id, amount_paise FROM payments_clientrefund
                       WHERE state = 'COMPLETED' OR (state = 'RETURNED' AND utr <> '')
            UNION ALL SELECT 'REFUND_RETURNED', id, amount_paise FROM payments_clientrefund
                       WHERE state = 'RETURNED' AND utr <> ''
        ), booked (kind, source_id, paise) AS (
            SELECT entry.kind, entry.source_id, sum(leg.amount_paise)
              FROM payments_entry AS entry
              JOIN payments_leg AS leg ON leg.entry_id = entry.id AND leg.amount_paise > 0
             WHERE entry.kind LIKE 'DEPOSIT%' OR entry.kind LIKE 'RESERVE%'
                OR entry.kind LIKE 'REFUND%'
             GROUP BY entry.id
        )
        SELECT source_id::text, kind || ', ' || coalesce(expected.paise::text, 'none')
               || ' paise by the row, ' || coalesce(booked.paise::text, 'none') || ' in the books'
          FROM expected FULL JOIN booked USING (kind, source_id)
         WHERE expected.paise IS DISTINCT FROM booked.paise
        """,
    ),
    Invariant(
        "unmatched_money_waits",
        "Receipts that are not matched in the books are deposits without a client, not sent back.",
        """
        SELECT 'not matched', booked.paise || ' paise in the books, ' || waiting.paise || ' waiting'
          FROM (SELECT -coalesce(sum(leg.amount_paise), 0) AS paise
                  FROM payments_leg AS leg
                  JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
                 WHERE account.kind = 'UNMATCHED_RECEIPTS') AS booked,
               (SELECT coalesce(sum(amount_paise), 0) AS paise FROM payments_deposit
                 WHERE state IN ('UNMATCHED', 'PROPOSED', 'RETURNING')) AS waiting
         WHERE booked.paise <> waiting.paise
        UNION ALL
        SELECT deposit.id::text, deposit.state || ', sent back by ' || count(sent.id)
          FROM payments_deposit AS deposit
          LEFT JOIN payments_depositreturn AS sent
            ON sent.deposit_id = deposit.id AND sent.state = 'COMPLETED'
         GROUP BY deposit.id
        HAVING (deposit.state = 'RETURNED') <> (count(sent.id) = 1)
            OR bool_or(sent.amount_paise <> deposit.amount_paise)
        """,
    ),
    Invariant(
        "client_money_is_the_right_clients",
        "What is booked for a deposit, reserve or refund is on accounts of its client.",
        """
        SELECT entry.id::text, entry.kind || ' of another client'
          FROM payments_entry AS entry
          JOIN payments_leg AS leg ON leg.entry_id = entry.id
          JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
          LEFT JOIN payments_deposit AS deposit ON deposit.id = entry.source_id
          LEFT JOIN payments_clientrefund AS refund ON refund.id = entry.source_id
          LEFT JOIN payments_reserveincrease AS increase ON increase.id = entry.source_id
          LEFT JOIN payments_reserverelease AS released ON released.id = entry.source_id
          LEFT JOIN payments_reserve AS reserve
            ON reserve.id IN (entry.source_id, increase.reserve_id, released.reserve_id)
         WHERE (entry.kind LIKE 'DEPOSIT%' OR entry.kind LIKE 'RESERVE%'
                OR entry.kind LIKE 'REFUND%')
           AND account.client_id IS NOT NULL
           AND (account.client_id IS DISTINCT FROM coalesce(
                    deposit.client_id, refund.client_id, reserve.client_id)
                OR account.reserve_id <> reserve.id)
        """,
    ),
    Invariant(
        "reserves_add_up",
        "A reserve is what was promised and increased, less what was earned and released.",
        """
        SELECT reserve.id::text, balance.balance_paise || ' paise, not ' || expected.paise
          FROM payments_reserve AS reserve
          JOIN payments_ledgeraccount AS account ON account.reserve_id = reserve.id
          JOIN payments_ledgerbalance AS balance ON balance.account_id = account.id
         CROSS JOIN LATERAL (
               SELECT reserve.promised_paise
                    + coalesce((SELECT sum(amount_paise) FROM payments_reserveincrease
                                 WHERE reserve_id = reserve.id), 0)
                    - coalesce((SELECT sum(amount_paise) FROM payments_reserverelease
                                 WHERE reserve_id = reserve.id), 0)
                    - coalesce((SELECT sum(payment.gross_paise + payment.client_gst_paise)
                                  FROM payments_payment AS payment
                                  JOIN gigs_gig AS gig ON gig.id = payment.gig_id
                                 WHERE gig.opportunity_id = reserve.opportunity_id), 0)
                    + coalesce((SELECT sum(leg.amount_paise)
                                  FROM payments_payment AS payment
                                  JOIN gigs_gig AS gig ON gig.id = payment.gig_id
                                  JOIN payments_entry AS opened
                                    ON opened.kind = 'PAYMENT_OPENED'
                                   AND opened.source_id = payment.id
                                  JOIN payments_entry AS entry
                                    ON opened.id IN (entry.id, entry.reverses_id)
                                  JOIN payments_leg AS leg ON leg.entry_id = entry.id
                                  JOIN payments_ledgeraccount AS owed
                                    ON owed.id = leg.account_id
                                   AND owed.kind = 'CLIENT_RECEIVABLE'
                                 WHERE gig.opportunity_id = reserve.opportunity_id), 0) AS paise
               ) AS expected
         WHERE balance.balance_paise <> expected.paise
        """,
    ),
    Invariant(
        "government_is_paid_once",
        "What two people confirmed as paid to the government is booked with its amount and kind.",
        """
        WITH expected (source_id, paise, account) AS (
            SELECT id, amount_paise, kind || '_PAYABLE' FROM payments_liabilitypayment
             WHERE state = 'APPROVED'
        ), booked (source_id, paise, account) AS (
            SELECT entry.source_id, leg.amount_paise, account.kind
              FROM payments_entry AS entry
              JOIN payments_leg AS leg ON leg.entry_id = entry.id AND leg.amount_paise > 0
              JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
             WHERE entry.kind = 'LIABILITY_PAID'
        )
        SELECT source_id::text, coalesce(expected.paise::text, 'none') || ' paise by the row, '
               || coalesce(booked.paise::text, 'none') || ' in the books'
          FROM expected FULL JOIN booked USING (source_id)
         WHERE (expected.paise, expected.account) IS DISTINCT FROM (booked.paise, booked.account)
        """,
    ),
    Invariant(
        "bill_numbers_have_no_gaps",
        "The numbers of a series run from 1 to its last one.",
        """
        SELECT series.id::text, series.prefix || ' ' || series.financial_year || ': '
               || count(issued.sequence) || ' of ' || series.last_number
          FROM payments_billseries AS series
          LEFT JOIN (SELECT series_id, sequence, number FROM payments_bill
                     UNION ALL SELECT series_id, sequence, number FROM payments_creditnote)
               AS issued ON issued.series_id = series.id
         GROUP BY series.id
        HAVING count(issued.sequence) <> series.last_number
            OR coalesce(min(issued.sequence), 1) <> 1
            OR coalesce(max(issued.sequence), 0) <> series.last_number
            OR bool_or(right(issued.number, 6) <> to_char(issued.sequence, 'FM000000'))
        """,
    ),
    Invariant(
        "bills_are_their_lines",
        "A bill and a credit note are the sums of their lines.",
        """
        SELECT issued.id::text, issued.number
          FROM (SELECT id, number, line_count, taxable_paise, cgst_paise, sgst_paise, igst_paise,
                       total_paise FROM payments_bill
                UNION ALL
                SELECT id, number, line_count, taxable_paise, cgst_paise, sgst_paise, igst_paise,
                       total_paise FROM payments_creditnote) AS issued
          LEFT JOIN (SELECT bill_id AS of_id, taxable_paise, cgst_paise, sgst_paise, igst_paise,
                            total_paise FROM payments_billline
                     UNION ALL
                     SELECT note_id, taxable_paise, cgst_paise, sgst_paise, igst_paise,
                            total_paise FROM payments_creditnoteline) AS line
            ON line.of_id = issued.id
         GROUP BY issued.id, issued.number, issued.line_count, issued.taxable_paise,
                  issued.cgst_paise, issued.sgst_paise, issued.igst_paise, issued.total_paise
        HAVING (issued.line_count, issued.taxable_paise, issued.cgst_paise, issued.sgst_paise,
                issued.igst_paise, issued.total_paise)
            IS DISTINCT FROM (count(line.of_id), sum(line.taxable_paise), sum(line.cgst_paise),
                sum(line.sgst_paise), sum(line.igst_paise), sum(line.total_paise))
        """,
    ),
    Invariant(
        "bills_are_booked",
        "A line of a bill is what the books charged its client for the earning.",
        """
        SELECT line.payment_id::text, bill.number || ', ' || line.total_paise || ' paise'
          FROM payments_billline AS line
          JOIN payments_bill AS bill ON bill.id = line.bill_id
          JOIN payments_payment AS payment ON payment.id = line.payment_id
          JOIN gigs_gig AS gig ON gig.id = payment.gig_id
          LEFT JOIN LATERAL (
               SELECT sum(leg.amount_paise) FILTER (WHERE leg.amount_paise > 0) AS charged,
                      -sum(leg.amount_paise) FILTER (
                          WHERE account.kind IN ('FEE_INCOME', 'GST_PAYABLE')) AS fee
                 FROM payments_entry AS entry
                 JOIN payments_leg AS leg ON leg.entry_id = entry.id
                 JOIN payments_ledgeraccount AS account ON account.id = leg.account_id
                WHERE entry.kind = 'PAYMENT_OPENED' AND entry.source_id = payment.id
               ) AS booked ON true
         WHERE gig.client_id <> bill.client_id OR payment.corrects_id IS NOT NULL
            OR line.total_paise IS DISTINCT FROM
               CASE bill.legal_model WHEN 'OPERATOR' THEN booked.fee ELSE booked.charged END
        """,
    ),
    Invariant(
        "corrections_are_credited",
        "What was corrected after it was billed has a credit note, with the amounts of its line.",
        """
        SELECT correction.id::text, bill.number
          FROM payments_payment AS correction
          JOIN payments_billline AS line ON line.payment_id = correction.corrects_id
          JOIN payments_bill AS bill ON bill.id = line.bill_id
          LEFT JOIN payments_creditnoteline AS credited
            ON credited.payment_id = correction.id AND credited.bill_line_id = line.id
          LEFT JOIN payments_creditnote AS note
            ON note.id = credited.note_id AND note.bill_id = line.bill_id
         WHERE note.id IS NULL
            OR (credited.taxable_paise, credited.cgst_paise, credited.sgst_paise,
                credited.igst_paise, credited.total_paise)
               IS DISTINCT FROM (line.taxable_paise, line.cgst_paise, line.sgst_paise,
                line.igst_paise, line.total_paise)
        UNION ALL
        SELECT credited.payment_id::text, 'credited without a correction'
          FROM payments_creditnoteline AS credited
          JOIN payments_billline AS line ON line.id = credited.bill_line_id
          JOIN payments_payment AS correction ON correction.id = credited.payment_id
         WHERE correction.corrects_id IS DISTINCT FROM line.payment_id
        """,
    ),
    Invariant(
        "issued_bills_are_those_recorded",
        "Each bill and credit note is as the audit log saw it issued, and none is gone.",
        """
        SELECT coalesce(issued.id::text, event.on_id), coalesce(issued.number, 'gone')
          FROM (SELECT 'payments.bill' AS kind, id, number, total_paise FROM payments_bill
                UNION ALL
                SELECT 'payments.creditnote', id, number, total_paise FROM payments_creditnote
               ) AS issued
          FULL JOIN (SELECT on_kind, on_id, new FROM accounts_auditevent
                      WHERE action IN ('bill.issued', 'credit_note.issued')) AS event
            ON event.on_kind = issued.kind AND event.on_id = issued.id::text
         WHERE event.new ->> 'number' IS DISTINCT FROM issued.number
            OR (event.new ->> 'total_paise')::bigint IS DISTINCT FROM issued.total_paise
        """,
    ),
    Invariant(
        "welfare_fees_are_booked",
        "Each welfare fee is booked, and follows its rule.",
        """
        SELECT fee.payment_id::text, fee.amount_paise || ' paise'
          FROM payments_welfarefee AS fee
          JOIN payments_payment AS payment ON payment.id = fee.payment_id
          JOIN payments_welfarefeerule AS rule ON rule.id = fee.rule_id
         WHERE payment.corrects_id IS NULL AND (
               NOT EXISTS (
                   SELECT FROM payments_entry AS entry
                     JOIN payments_leg AS leg ON leg.entry_id = entry.id
                    WHERE entry.kind = 'WELFARE_FEE' AND entry.source_id = fee.payment_id
                      AND leg.amount_paise = fee.amount_paise)
            OR fee.amount_paise <> least(
                   (payment.gross_paise * rule.fee_bp + 5000) / 10000,
                   coalesce(nullif(rule.cap_paise, 0), 9223372036854775807)))
        """,
    ),
)


def check_money() -> list[Violation]:
    """All broken invariants, and what is wrong with the chain of the ledger."""
    return [*_broken(), *_chain()]


def _broken() -> Iterator[Violation]:
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(
                f"SELECT *, count(*) OVER () FROM ({invariant.sql}) AS found (id, detail)"  # noqa: S608
                f" ORDER BY 1, 2 LIMIT {NAMED}"
            )
            rows = cursor.fetchall()
            if rows:
                examples = tuple(f"{found} ({detail})" for found, detail, _ in rows)
                yield Violation(invariant.name, invariant.sentence, rows[0][2], examples)


def _chain() -> Iterator[Violation]:
    if found := seals.findings():
        yield Violation(
            "ledger_is_chained",
            "The chain of entries is whole.",
            len(found),
            tuple(found[:NAMED]),
        )
