"""What words add, compiled: the asker's street whole, then only cells that could still lead to a winner."""

from __future__ import annotations

from matcher.recommend.kernels.compiling import inlined, kernel
from matcher.recommend.kernels.population import UNIT
from matcher.recommend.kernels.scoring import floor_of, lower, put, still, total, words_of


@kernel
def with_words(index, worth, asked, scratch):
    """Put every firm that shares a word and could enter into scratch.heap, and mark it seen."""
    for at in range(len(asked.terms)):
        scratch.asked[asked.terms[at]] = asked.weights[at]
    if asked.street >= 0:
        _street(index, worth, asked, scratch)
    everything = 0
    for at in range(len(asked.terms)):
        everything += asked.weights[at] * index.term_most[asked.terms[at]]
    rest = _rest(worth, asked)
    for at in range(len(asked.branches)):
        parts = asked.flows[at] * worth.flow + rest + worth.standing * UNIT
        if total(worth, parts, everything) < floor(scratch):
            break  # the flows that follow are no greater
        _branch(index, worth, asked, scratch, (asked.branches[at], rest))
    if total(worth, rest + worth.standing * UNIT, everything) >= floor(scratch):
        _strangers(index, worth, asked, scratch, rest)
    for at in range(len(asked.terms)):
        scratch.asked[asked.terms[at]] = 0


@inlined
def floor(scratch):
    """What a score must at least be: by what was found without words, and with them."""
    return max(floor_of(scratch.free), floor_of(scratch.heap))


@kernel
def _rest(worth, asked):
    """The most that place and size give to a firm outside the asker's street."""
    near = 0
    for level in range(3, -1, -1):
        if (level >= 2 or asked.street < 0) and asked.low[level] < asked.high[level]:
            near = worth.near[level]
    return worth.place * near + worth.size * max(worth.fit[0], worth.unknown)


@kernel
def _street(index, worth, asked, scratch):
    """All firms of the asker's own street that share a word."""
    touched = 0
    first, last = index.street_cells[asked.street], index.street_cells[asked.street + 1]
    for at in range(len(asked.terms)):
        cell = lower(index.street_term, first, last, asked.terms[at])
        if cell == last or index.street_term[cell] != asked.terms[at]:
            continue
        for place in range(index.street_start[cell], index.street_start[cell + 1]):
            number = index.street_posted[place]
            if scratch.sums[number] == 0:
                scratch.touched[touched] = number
                touched += 1
            scratch.sums[number] += asked.weights[at] * index.street_weight[place]
    for at in range(touched):
        number = scratch.touched[at]
        flow = scratch.flow[index.branch[number]] * worth.flow
        score = total(worth, flow + still(index, worth, asked, number), scratch.sums[number])
        scratch.sums[number] = 0
        scratch.seen[number] = scratch.turn[0]
        if score >= floor(scratch):
            put(scratch.heap, index, asked, score, index.traits[number, 3])


@kernel
def _strangers(index, worth, asked, scratch, rest):
    """Branches that nobody asked for, by what their cells could give at most."""
    tops = scratch.tops
    for at in range(len(asked.terms)):
        term, weight = asked.terms[at], asked.weights[at]
        for cell in range(index.cells[term], index.cells[term + 1]):
            tops[index.cell_branch[cell]] += weight * index.cell_most[cell]
    for branch in range(len(tops)):
        if tops[branch] > 0:
            parts = rest + worth.standing * index.most[branch]
            if scratch.flow[branch] == 0 and total(worth, parts, tops[branch]) >= floor(scratch):
                _branch(index, worth, asked, scratch, (branch, rest))
            tops[branch] = 0


@kernel
def _branch(index, worth, asked, scratch, wanted):
    """The firms of one branch: read the cells without which nobody could enter, complete the few left."""
    branch, rest = wanted
    flow = scratch.flow[branch] * worth.flow
    parts = flow + rest + worth.standing * index.most[branch]
    count = _cells(index, asked, scratch, branch)
    needed, left = count, 0
    while needed > 0 and total(worth, parts, left + scratch.pull[needed - 1]) < floor(scratch):
        needed -= 1
        left += scratch.pull[needed]
    if needed > 0:
        start = index.start[branch]
        touched = _pour(index, scratch, start, needed)
        _settle(index, worth, asked, scratch, (start, touched, left, flow, parts))


@kernel
def _cells(index, asked, scratch, branch):
    """The branch's cells of the question's terms, that which could give most first."""
    count = 0
    for at in range(len(asked.terms)):
        term = asked.terms[at]
        last = index.cells[term + 1]
        cell = lower(index.cell_branch, index.cells[term], last, branch)
        if cell == last or index.cell_branch[cell] != branch:
            continue
        pull, place = asked.weights[at] * index.cell_most[cell], count
        while place > 0 and scratch.pull[place - 1] < pull:
            scratch.pull[place], scratch.cell[place] = scratch.pull[place - 1], scratch.cell[place - 1]
            scratch.wanted[place] = scratch.wanted[place - 1]
            place -= 1
        scratch.pull[place], scratch.cell[place], scratch.wanted[place] = pull, cell, asked.weights[at]
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
        score = total(worth, own, words)
        scratch.seen[number] = scratch.turn[0]
        if score >= floor(scratch):
            put(scratch.heap, index, asked, score, index.traits[number, 3])
