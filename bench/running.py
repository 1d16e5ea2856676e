"""How long a start, a page and an end take, on a site with a database of its own."""

from _harness import fresh_site, p95, report


def main() -> None:
    with fresh_site() as site:
        first = site.start()
        site.settle()
        for _ in range(20):
            site.milliseconds("/")
        pages = [site.milliseconds("/") for _ in range(200)]
        end = site.stop()
        again = site.start()
        site.settle()
        site.stop()
    print(f"first start {first:.1f} s, next start {again:.1f} s, end {end:.1f} s")
    print(f"front page {sorted(pages)[100]:.1f} ms in the middle, {p95(pages):.1f} ms at 95 %")
    report(
        {
            "first_start_s": (first, 30.0),
            "next_start_s": (again, 15.0),
            "front_page_p95_ms": (p95(pages), 100.0),
            "end_s": (end, 15.0),
        }
    )


if __name__ == "__main__":
    main()
