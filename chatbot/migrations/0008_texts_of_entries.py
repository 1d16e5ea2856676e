from django.db import migrations
from hitouch.core.db.grouped_migrations import GroupedMigration

#: Hashes of question and answer of the entries that were supplied: these may be replaced by the
#: texts that are supplied now. Entries that staff changed differ and are kept.
SUPPLIED = (
    "e59b513c24d7a244fed078d9e14e3b51",
    "419b9c8dc3cd8abf34793be3b0a4a090",
    "38974fad69d2cf3310f8065de12c9eb5",
    "c901c6c793282e327e0dd57308cebefd",
    "03d7fcdadb41509abb3bcea6f0dbc45d",
    "b3ceceb75bab5eba4ba193fbfab23e56",
    "7f25faec7d2a6ca674b12684c9cbe6cb",
    "9e1f15de9fce720e20a6fcd71448003a",
    "7a5a257977967b8ccfd1bc563fb65e5b",
    "00a10876b272a153525c79537c53a72d",
    "4410d35baffd3b6ffe1d05eef6eb4019",
    "80e4d3c2ca5bef910409230c90c0437f",
    "0c75a79788b551a0bfca2d9ba471b491",
    "454dd6355e23f08d39a0a7bd0a714d5d",
    "1d5de046cbff292b6cfb3342e9fbd86a",
    "40fd8972a95d190a8c1b03c0133c3ad9",
    "8dbd42e9786423b89968563b26f6e475",
    "ed2f4bfb0b1afee4f711468b76e22c0f",
    "a5a4d1781c4d3e41a116eb249b3f022a",
    "6f0779f4c6ae2213b7fc22904be2dc95",
    "fd92b663f549a178b974665195098170",
    "796607881fe90e7925f3b8b6f71339e6",
    "73aea620976e37ca47b74d5a50d135eb",
    "aa7e596fd2e312b48b194d568858401d",
    "dcb257267aec3611e76724df2274f58d",
    "0a3acc27f6f2c82653170977f3a08007",
    "3a1f3fd5947b484cd2dc94ad1a4a1156",
    "127f148583fc2197307589e91a4fc873",
    "cb20c58e669eb154acf70dc9d022a61f",
    "8fc59e428ce3642b71b8867b869bd437",
    "5dd0fc92690a65fa54febc4b4c5dc9d5",
    "e4b44bcbc5dd803fd5e322fa710d10c8",
)
#: Words of Hindi in Latin letters, by which phrasings in Hinglish are told from English ones.
HINGLISH = (
    "kab", "kaise", "kya", "nahi", "nahin", "hai", "hain", "ho", "mera", "meri", "mere", "mujhe",
    "kitna", "kitne", "kitni", "karu", "kare", "karna", "banaye", "bhool", "aaya", "aayega",
    "milega", "badle", "lagega", "dobara", "sakte", "kaam",
)  # fmt: skip

VERSIONS = f"""
INSERT INTO chatbot_faqversion (id, created_at, updated_at, entry_id, number, state, note)
SELECT gen_random_uuid(), created_at, now(), id, 1, 'DRAFT',
       CASE WHEN md5(question || E'\\n' || btrim(answer)) IN ({", ".join(f"'{each}'" for each in SUPPLIED)})
            THEN 'Supplied with HitouchCX' ELSE 'Written before versions were kept' END
  FROM chatbot_faqentry
"""
TEXTS = """
INSERT INTO chatbot_faqtext (id, created_at, updated_at, version_id, language, question, answer)
SELECT gen_random_uuid(), entry.created_at, now(), version.id, 'EN', entry.question, entry.answer
  FROM chatbot_faqentry entry
  JOIN chatbot_faqversion version ON version.entry_id = entry.id AND version.number = 1
"""
PUBLISHED = """
WITH moved AS (
    UPDATE chatbot_faqversion SET state = 'PUBLISHED', published_at = now()
     WHERE number = 1 AND state = 'DRAFT' RETURNING id, published_at
)
INSERT INTO chatbot_faqversionevent (subject_id, was, became, at, why)
SELECT id, 'DRAFT', 'PUBLISHED', published_at, '' FROM moved
"""
CURRENT = """
UPDATE chatbot_faqentry entry SET version_id = version.id
  FROM chatbot_faqversion version
 WHERE version.entry_id = entry.id AND version.state = 'PUBLISHED'
"""
PHRASINGS = f"""
INSERT INTO chatbot_faqphrasing
       (id, created_at, updated_at, entry_id, text, language, origin, encoder)
SELECT gen_random_uuid(), now(), now(), said.entry_id, said.text,
       CASE WHEN said.text ~ '[\u0900-\u097F]' THEN 'HI'
            WHEN said.text ~* '\\m({"|".join(HINGLISH)})\\M' THEN 'HINGLISH' ELSE 'EN' END,
       said.origin, ''
  FROM (
        SELECT id AS entry_id, question AS text, 'ENTRY' AS origin, 0 AS place
          FROM chatbot_faqentry
        UNION ALL
        SELECT entry.id, btrim(variant.text), 'SEED', 1
          FROM chatbot_faqentry entry, unnest(entry.variants) variant(text)
         WHERE btrim(variant.text) <> ''
         ORDER BY place
       ) said
    ON CONFLICT (entry_id, text) DO NOTHING
"""
REVISION = "UPDATE chatbot_matcherrevision SET number = number + 1"


class Migration(GroupedMigration):
    """Questions and answers of entries become version 1, and the ways to ask them phrasings."""

    dependencies = [("chatbot", "0007_one_open_conversation")]

    operations = [
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
        migrations.RunSQL(TEXTS, migrations.RunSQL.noop),
        migrations.RunSQL(PUBLISHED, migrations.RunSQL.noop),
        migrations.RunSQL(CURRENT, migrations.RunSQL.noop),
        migrations.RunSQL(PHRASINGS, migrations.RunSQL.noop),
        migrations.RunSQL(REVISION, migrations.RunSQL.noop),
    ]
