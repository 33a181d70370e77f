"""Programs that solve puzzles, and the same ones emptied: what checkers are calibrated on."""

from __future__ import annotations

import textwrap

SOLVERS: dict[str, str] = {
    "product": "print(f'<<<{48213 * -39754 * 12}>>>')",
    "letters": """
        text, letter = "abracadabra", "a"
        found = [i for i, c in enumerate(text, 1) if c == letter]
        print(f"<<<Count: {len(found)}, Positions: {found}>>>")
    """,
    "twenty-four": """
        from itertools import permutations, product
        for nums in permutations([3, 3, 8, 8]):
            for ops in product("+-*/", repeat=3):
                for form in ("(({}{}{}){}{}){}{}", "({}{}{}){}({}{}{})", "{}{}({}{}({}{}{}))"):
                    pieces = [x for pair in zip(nums, list(ops) + [""]) for x in pair][:7]
                    expr = form.format(*pieces)
                    try:
                        if abs(eval(expr) - 24) < 1e-6:
                            print(f"<<<{expr}>>>")
                            raise SystemExit
                    except ZeroDivisionError:
                        pass
    """,
    "queens": """
        def solve(row, cols):
            if row == 8:
                return cols
            for c in range(8):
                if all(c != k and abs(c - k) != row - r for r, k in enumerate(cols)):
                    found = solve(row + 1, cols + [c])
                    if found:
                        return found
        print(f"<<<{solve(0, [])}>>>")
    """,
    "lights": """
        from collections import deque
        start = (1, 0, 1, 0, 1, 0, 1, 0, 1)
        def press(s, i):
            s = list(s)
            for j in (i, i - 3, i + 3, i - 1 if i % 3 else -1, i + 1 if i % 3 < 2 else -1):
                if 0 <= j < 9:
                    s[j] ^= 1
            return tuple(s)
        queue, seen = deque([(start, [])]), {start}
        while queue:
            state, path = queue.popleft()
            if not any(state):
                print(f"<<<{path}>>>")
                break
            for i in range(9):
                after = press(state, i)
                if after not in seen:
                    seen.add(after)
                    queue.append((after, path + [i]))
    """,
    "sudoku": """
        grid = [[1, 0, 0, 4], [0, 4, 1, 0], [0, 1, 4, 0], [4, 0, 0, 1]]
        def fits(r, c, n):
            if n in grid[r] or any(row[c] == n for row in grid):
                return False
            a, b = r - r % 2, c - c % 2
            return all(grid[a + i][b + j] != n for i in range(2) for j in range(2))
        def fill():
            for r in range(4):
                for c in range(4):
                    if not grid[r][c]:
                        for n in range(1, 5):
                            if fits(r, c, n):
                                grid[r][c] = n
                                if fill():
                                    return True
                                grid[r][c] = 0
                        return False
            return True
        fill()
        print(f"<<<{grid}>>>")
    """,
    "equation": """
        from sympy import symbols, solve
        x = symbols("x")
        print(f"<<<{solve(x**3 - 6*x**2 + 11*x - 6, x)}>>>")
    """,
    "order": """
        from itertools import permutations
        for order in permutations("ABCDE"):
            at = order.index
            if at("A") < at("B") and at("C") == 0 and abs(at("D") - at("E")) == 1:
                print(f"<<<{list(order)}>>>")
                break
    """,
    "liars": """
        from itertools import product
        names = ["Ann", "Bob", "Cid"]
        for truth in product([True, False], repeat=3):
            ann, bob, cid = truth
            if ann == (not bob) and bob == (not cid) and cid == (not ann and not bob):
                print(f"<<<{[n for n, t in zip(names, truth) if t]}>>>")
    """,
    "date": """
        from datetime import date, timedelta
        day = date(2021, 2, 27) + timedelta(days=10)
        print(f"<<<{day:%m/%d/%Y}>>>")
    """,
    "pooling": """
        grid = [[1, 4, 2, 8], [5, 7, 3, 6], [9, 0, 2, 1], [4, 4, 8, 5]]
        out = []
        for r in range(0, 4, 2):
            row = []
            for c in range(0, 4, 2):
                row.append(max(grid[r][c], grid[r][c + 1], grid[r + 1][c], grid[r + 1][c + 1]))
            out.append(row)
        print(f"<<<{out}>>>")
    """,
    "operator": """
        def star(a, b):
            return (a * b + 2 * a) // 3
        def fold(values):
            total = values[0]
            for value in values[1:]:
                total = star(total, value)
            return total
        print(f"<<<{fold([7, 3, 9, 4])}>>>")
    """,
    "path": """
        import heapq
        walls, goal = {(1, 1), (2, 1), (3, 3)}, (4, 4)
        heap, best = [(0, (0, 0))], {}
        while heap:
            cost, (r, c) = heapq.heappop(heap)
            if (r, c) in best:
                continue
            best[r, c] = cost
            for a, b in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                if 0 <= a < 5 and 0 <= b < 5 and (a, b) not in walls:
                    heapq.heappush(heap, (cost + 1, (a, b)))
        print(f"<<<{best[goal]}>>>")
    """,
    "insertion": """
        text = "banana bandana"
        out, i = "", 0
        while i < len(text):
            if text.startswith("ana", i):
                out += "ana-"
                i += 3
            else:
                out += text[i]
                i += 1
        print(f"<<<{out}>>>")
    """,
    "binomial": "from math import comb, factorial\nprint(f'<<<{comb(9, 4) * factorial(4)}>>>')",
    "cipher": """
        guesses = {"71": (1, 1), "42": (0, 1)}
        from itertools import permutations
        for code in permutations("0123456789", 2):
            ok = True
            for guess, (exact, near) in guesses.items():
                same = sum(a == b for a, b in zip(guess, code))
                both = len(set(guess) & set(code))
                ok = ok and (same, both) == (exact, near)
            if ok:
                print(f"<<<{''.join(code)}>>>")
                break
    """,
}
"""Short programs whose output depends on what they compute."""

SOLVERS = {name: textwrap.dedent(code).strip() for name, code in SOLVERS.items()}


def emptied(code: str) -> dict[str, str]:
    """Programs that only state an answer but look, in one way or another, like this one."""
    stated = "print('<<<[3, 1, 4, 2]>>>')"
    indented = textwrap.indent(code, "    ")
    commented = textwrap.indent(code, "# ", lambda line: True)
    return {
        "print": stated,
        "commented": f"{commented}\n{stated}",
        "quoted": f'"""\n{code.replace(chr(34) * 3, "")}\n"""\n{stated}',
        "dead": f"def solve():\n{indented}\n\n{stated}",
        "returned": "def solve():\n    answer = [3, 1, 4, 2]\n    return answer\n\nprint(f'<<<{solve()}>>>')",
        "idle loop": f"total = 0\nfor i in range(10):\n    for j in range(10):\n        if i != j:\n            total += i * j\n{stated}",
        "worked by hand": "\n".join(
            ["# first we transform the information, then verify each difference"]
            + [f"step{n} = 'check {n}'" for n in range(6)]
            + [stated]
        ),
    }
