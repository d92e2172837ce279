"""What words add, compiled: the asker's street whole, then only cells that could still lead to a winner."""

from __future__ import annotations

from matcher.recommend.kernels.compiling import inlined, kernel
from matcher.recommend.kernels.finding import has, place_of
from matcher.recommend.kernels.population import UNIT
from matcher.recommend.kernels.scoring import floor_of, nearest, put, still, total, words_of

ROW = 8  # postings to read in order cost as much as a firm's own words, looked up for those that are left


@kernel
def with_words(index, worth, asked, scratch):
    """Put every firm that shares a word and could enter into scratch.heap, and mark it seen."""
    for at in range(len(asked.terms)):
        scratch.asked[asked.terms[at]] = asked.weights[at]
    _terms(index, asked, scratch)
    best_size = worth.size * max(worth.fit[0], worth.unknown)
    if asked.street >= 0:
        _street(index, worth, asked, scratch, worth.place * nearest(worth, asked, 0) + best_size)
    rest = worth.place * nearest(worth, asked, 2 if asked.street >= 0 else 0) + best_size
    for at in range(len(asked.branches)):
        parts = asked.flows[at] * worth.flow + rest + worth.standing * UNIT
        if total(worth, parts, scratch.after[0]) < floor(scratch):
            break  # the flows that follow are no greater
        _branch(index, worth, asked, scratch, (asked.branches[at], rest))
    _strangers(index, worth, asked, scratch, rest)
    for at in range(len(asked.terms)):
        scratch.asked[asked.terms[at]] = 0


@kernel
def _terms(index, asked, scratch):
    """The question's terms, that which could give most first, and what those from each one on could give."""
    term, share, after = scratch.term, scratch.share, scratch.after
    count = len(asked.terms)
    for at in range(count):
        pull, place = asked.weights[at] * index.term_most[asked.terms[at]], at
        while place > 0 and after[place - 1] < pull:
            term[place], share[place], after[place] = term[place - 1], share[place - 1], after[place - 1]
            place -= 1
        term[place], share[place], after[place] = asked.terms[at], asked.weights[at], pull
    after[count] = 0
    for at in range(count - 1, -1, -1):
        after[at] += after[at + 1]


@inlined
def floor(scratch):
    """What a score must at least be: by what was found without words, and with them."""
    return max(floor_of(scratch.free), floor_of(scratch.heap))


@kernel
def _street(index, worth, asked, scratch, rest):
    """All firms of the asker's own street that share a word; `rest` is the most place and size give there."""
    touched, sums = 0, scratch.sums
    for at in range(len(asked.terms)):
        if not has(index.street_at, asked.street, scratch.term[at]):
            continue
        cell, weight = place_of(index.street_at, asked.street, scratch.term[at]), scratch.share[at]
        for place in range(index.street_start[cell], index.street_start[cell + 1]):
            number = index.street_posted[place]
            if sums[number] == 0:
                scratch.touched[touched] = number
                touched += 1
            sums[number] += weight * index.street_weight[place]
    for at in range(touched):
        number = scratch.touched[at]
        branch, words = index.branch[number], sums[number]
        sums[number] = 0
        flow = scratch.flow[branch] * worth.flow
        if total(worth, flow + rest + worth.standing * index.most[branch], words) >= floor(scratch):
            _enter(index, worth, asked, scratch, (number, flow, words))


@inlined
def _enter(index, worth, asked, scratch, wanted):
    """Into the heap, if its whole score is good enough. Who is not need not be marked as seen: without words
    it scores no more.
    """
    number, flow, words = wanted
    score = total(worth, flow + still(index, worth, asked, number), words)
    if score >= floor(scratch):
        scratch.seen[number] = scratch.turn[0]
        put(scratch.heap, index, asked, score, index.traits[number, 3])


@kernel
def _strangers(index, worth, asked, scratch, rest):
    """Branches that nobody asked for, by what their cells could give at most."""
    parts = rest + worth.standing * UNIT
    for at in range(len(asked.terms)):
        if total(worth, parts, scratch.after[at]) < floor(scratch):
            break
        term, weight, others = scratch.term[at], scratch.share[at], scratch.after[at + 1]
        for cell in range(index.cells[term], index.cells[term + 1]):
            if total(worth, parts, weight * index.cell_most[cell] + others) < floor(scratch):
                continue
            branch = index.cell_branch[cell]
            if scratch.flow[branch] == 0 and scratch.visited[branch] != scratch.turn[0]:
                scratch.visited[branch] = scratch.turn[0]
                _branch(index, worth, asked, scratch, (branch, rest))


@kernel
def _branch(index, worth, asked, scratch, wanted):
    """The firms of one branch: read the cells without which nobody could enter, complete the few left."""
    branch, rest = wanted
    flow = scratch.flow[branch] * worth.flow
    parts = flow + rest + worth.standing * index.most[branch]
    count = _cells(index, worth, asked, scratch, (branch, parts))
    needed, left, postings = count, 0, 0
    while needed > 0 and total(worth, parts, left + scratch.pull[needed - 1]) < floor(scratch):
        needed -= 1
        left += scratch.pull[needed]
        cell = scratch.cell[needed]
        postings += index.cell_start[cell + 1] - index.cell_start[cell]
    if needed > 0:
        start = index.start[branch]
        touched = _pour(index, scratch, start, needed)
        if postings < touched * ROW:
            _complete(index, scratch, start, (needed, count))
            left = 0
        _settle(index, worth, asked, scratch, (start, touched, left, flow, parts))


@kernel
def _cells(index, worth, asked, scratch, wanted):
    """The branch's cells of the question's terms, that which could give most first; 0 if no sum of theirs
    could lead to a winner.
    """
    (branch, parts), count = wanted, 0
    for at in range(len(asked.terms)):
        if count == 0 and total(worth, parts, scratch.after[at]) < floor(scratch):
            return 0  # nobody can enter by the terms that follow alone
        if not has(index.cell_at, scratch.term[at], branch):
            continue
        cell, weight = place_of(index.cell_at, scratch.term[at], branch), scratch.share[at]
        pull, place = weight * index.cell_most[cell], count
        while place > 0 and scratch.pull[place - 1] < pull:
            scratch.pull[place], scratch.cell[place] = scratch.pull[place - 1], scratch.cell[place - 1]
            scratch.wanted[place] = scratch.wanted[place - 1]
            place -= 1
        scratch.pull[place], scratch.cell[place], scratch.wanted[place] = pull, cell, weight
        count += 1
    return count


@kernel
def _pour(index, scratch, start, needed):
    """Add up the first `needed` cells; sums stand at the numbers less the branch's start, a small range."""
    touched, sums = 0, scratch.sums
    for at in range(needed):
        cell, weight = scratch.cell[at], scratch.wanted[at]
        for place in range(index.cell_start[cell], index.cell_start[cell + 1]):
            number = index.posted[place] - start
            before = sums[number]
            if before == 0:
                scratch.touched[touched] = number
                touched += 1
            sums[number] = before + weight * index.weight[place]
    return touched


@kernel
def _complete(index, scratch, start, cells):
    """Add the further cells to those already there."""
    sums = scratch.sums
    for at in range(cells[0], cells[1]):
        cell, weight = scratch.cell[at], scratch.wanted[at]
        for place in range(index.cell_start[cell], index.cell_start[cell + 1]):
            number = index.posted[place] - start
            if sums[number] > 0:
                sums[number] += weight * index.weight[place]


@kernel
def _settle(index, worth, asked, scratch, poured):
    """Whoever could still enter is scored whole, from its own words."""
    start, touched, left, flow, parts = poured
    for at in range(touched):
        number = scratch.touched[at] + start
        words = scratch.sums[number - start]
        scratch.sums[number - start] = 0
        if total(worth, parts, words + left) < floor(scratch):
            continue
        own = flow + still(index, worth, asked, number)
        if total(worth, own, words + left) < floor(scratch) or scratch.seen[number] == scratch.turn[0]:
            continue
        if left > 0:
            words = words_of(index, scratch, number)
        _enter(index, worth, asked, scratch, (number, flow, words))
