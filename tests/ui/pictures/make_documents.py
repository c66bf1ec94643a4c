"""make_documents.py FOLDER: the documents that only the pictures of the window need, beside those of the demo (see
packaging/demo/make_corpus.py) that are there already, from Debian's perl-doc, and from what is written here.

    thin.jsonl      an essay of the demo again, to be scored with few pairs
    kinds.jsonl     essays and stitched texts together, each with its kind
    changed.jsonl   an essay whose file changes after it was scored
    manual.jsonl    pages of the Perl manual one after another, 2,000 segments long
    scripts.jsonl   one story in ten scripts, from right to left too, with emoji and characters that cannot be seen
"""
import json
import pathlib
import subprocess
import sys

MANUAL = 900_000  # characters, 2,000 segments of 128 tokens and some more
SKIPPED = {"perltoc", "perluniprops", "perlmodlib", "perlapi", "perlintern"}  # lists

STORY = [
    "The lighthouse keeper wrote one line every evening: the wind, the sea, the ships that passed, and what the cat had caught. "
    "When she was old she gave the book to the school on the island, and the children began to translate it.",
    "守塔人每天晚上都写一行字:风、海、经过的船,还有猫捉到了什么。她老了以后,把这本书送给了岛上的学校,孩子们开始翻译它。"
    "第一天,他们只译出了“风”这个字;第二天,译出了“海”。",
    "灯台守は毎晩一行だけ書いた。風、海、通り過ぎた船、そして猫が捕まえたもの。年を取ってから、彼女はその本を島の学校に贈り、"
    "子どもたちはそれを訳し始めた。最初の日は「風」という字だけ、次の日は「海」だった。",
    "등대지기는 매일 저녁 한 줄을 썼다. 바람, 바다, 지나간 배, 그리고 고양이가 잡은 것. 나이가 들자 그 책을 섬의 학교에 주었고, "
    "아이들은 그것을 옮기기 시작했다.",
    "كانت حارسة المنارة تكتب كل مساء سطراً واحداً: الريح والبحر والسفن التي مرّت وما اصطادته القطة. ولمّا كبرت أهدت الكتاب إلى "
    "مدرسة الجزيرة، فبدأ الأطفال يترجمونه. في اليوم الأول ترجموا كلمة «ريح»، وفي اليوم الثاني كلمة «بحر» (2 words, كلمتان).",
    "שומרת המגדלור כתבה בכל ערב שורה אחת: הרוח, הים, האוניות שעברו ומה שתפס החתול. כשהזדקנה נתנה את הספר לבית הספר שבאי, "
    "והילדים התחילו לתרגם אותו. ביום הראשון תרגמו רק את המילה „רוח” (wind).",
    "Смотрительница маяка каждый вечер записывала одну строку: ветер, море, прошедшие корабли и что поймала кошка. Состарившись, "
    "она отдала тетрадь островной школе, и дети принялись её переводить.",
    "Η φαροφύλακας έγραφε κάθε βράδυ μια γραμμή: τον άνεμο, τη θάλασσα, τα πλοία που πέρασαν και ό,τι έπιασε η γάτα. Όταν γέρασε, "
    "χάρισε το βιβλίο στο σχολείο του νησιού.",
    "🌬️ 🌊 ⛵⛵ 🐈🐟 — that is how the youngest wrote it: wind, sea, two ships, and the cat had a fish. 👩‍🏫 said that it was the best "
    "translation of all. 🏝️📖✨ <b>Not bold</b>, &amp; no entity; a zero-width\u200bspace, a\u202eturn\u202c and a bell \u0007.",
]


def one_line(document):
    return json.dumps(document, ensure_ascii=False) + "\n"


def read(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def manual():
    files = subprocess.run(["dpkg-query", "-L", "perl-doc"], check=True, capture_output=True, text=True).stdout.split("\n")
    text = ""
    for path in sorted(pathlib.Path(f) for f in files if f.endswith(".pod") and "/pod/perl" in f and "delta" not in f):
        if path.stem in SKIPPED:
            continue
        page = subprocess.run(["pod2text", "-u", "-i", "0", "-w", "30000", path], check=True, capture_output=True).stdout.decode()
        text += page.strip() + "\n\n"
        if len(text) >= MANUAL:
            return text[:MANUAL]
    return text


def main():
    folder = pathlib.Path(sys.argv[1])
    essays, stitched = read(folder / "perl-manual.jsonl"), read(folder / "stitched.jsonl")
    closer = read(folder / "closer-look.jsonl")[0]
    kinds = [{**document, "kind": kind} for kind, part in [("essay", essays), ("stitched", stitched)] for document in part]
    documents = {
        "thin": [{**closer, "id": "perlthrtut"}],
        "kinds": kinds,
        "changed": [{**closer, "id": "perlthrtut"}],
        "manual": [{"id": "perl-manual", "title": "Pages of the Perl manual, one after another", "text": manual()}],
        # Twice, with the languages in another order: the second telling can lean on the first.
        "scripts": [{"id": "lighthouse", "title": "The lighthouse · 灯台 · المنارة · 🏝️",
                     "text": "\n\n".join(STORY + STORY[::-1]) + "\n"}],
    }
    for name, lines in documents.items():
        (folder / f"{name}.jsonl").write_text("".join(map(one_line, lines)), encoding="utf-8")


main()
