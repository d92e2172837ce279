"""Words that say nothing about what is needed or offered."""

from __future__ import annotations

from typing import Final

_CHINESE: Final = """
的 了 和 与 及 或 等 在 是 有 我 你 他 她 它 我们 你们 他们 咱们 咱 本 这 那 这个 那个 这些 那些 一 个 一个 一家 一些 一下 几 几个
把 被 让 给 对 对于 为 为了 因为 所以 但 但是 而 而且 如果 就 都 也 还 还是 又 再 很 太 最 更 已 已经 正在 将 要 会 能 可以 可能
想 想要 需要 需 需求 希望 打算 计划 准备 求 请 请问 请求 谢谢 帮 帮忙 帮助 协助 联系 对接 解决 提供 相关 有关 方面 问题 情况
公司 企业 单位 我司 我公司 贵 贵司 该 各 每 某 上 下 中 里 内 外 前 后 时 时候 目前 现在 最近 近期 之 其 其他 以 以及 于 由 从 到 向
吗 呢 吧 啊 呀 哦 嘛 什么 怎么 怎样 如何 哪 哪里 哪些 谁 多少 没有 没 不 不是 不会 无 非 有没有 能否 是否 可否 有限公司 有限责任公司
做 进行 用 使用 使 得 地 着 过 来 去 说 看 找 寻 寻找 寻求 求助 家 位 名 人 许可 项目 依法 须 经 批准 经营 活动 许可项目 一般项目
一般 开展 部门 凭 除外 法律 法规 自主 依法须经批准的项目 含 不含
"""
_ENGLISH: Final = """
a an the and or of in on at to for from with by as is are was were be been we our us you your they their it its this that
need needs needed want wants looking look seek seeking find please help would like can could should will who which what
company firm enterprise business about some any more than have has had do does not no i me my so if but new
"""

STOP_WORDS: Final = frozenset(_CHINESE.split()) | frozenset(_ENGLISH.split())
