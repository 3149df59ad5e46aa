"""How the progress page looks: markup, style and script, each served as a file of its own."""

SIGN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" fill="none" stroke="#9B1C1C" \
stroke-width="3" stroke-linecap="square"><path d="M3 3h42v42H3z"/><circle cx="24" cy="24" r="15"/>\
<circle cx="24" cy="24" r="5"/><path d="M24 9v10M24 29v10M9 24h10M29 24h10M13.4 13.4l7 7M27.6 27.6l7 7\
M34.6 13.4l-7 7M20.4 27.6l-7 7"/></svg>
"""

PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Đô Thị đang khởi động ({done}/{total})</title>
<link rel="icon" href="/-/boot/sign.svg" type="image/svg+xml">
<link rel="stylesheet" href="/-/boot/style.css">
<noscript><meta http-equiv="refresh" content="2"></noscript>
<script src="/-/boot/script.js" defer></script>
</head>
<body>
<main>
<header>
<img src="/-/boot/sign.svg" width="56" height="56" alt="">
<p class="name">Đô Thị <span>Hà Nội</span></p>
</header>
<h1>Hệ thống đang khởi động</h1>
<p class="lead">Lần đầu mất vài phút, những lần sau chỉ vài giây. Trang này tự chuyển khi cổng dịch vụ mở.</p>
<p class="en" lang="en">The system is starting. The first time takes a few minutes, later starts a few
seconds. This page moves on by itself.</p>
{trouble}<p class="count" role="status"><span id="done">{done}</span> trên <span id="total">{total}</span>
bước đã xong
<span class="en" lang="en">steps done</span></p>
<progress id="bar" value="{done}" max="{total}" aria-label="Tiến độ khởi động">{done}/{total}</progress>
<ol id="steps">
{rows}
</ol>
</main>
</body>
</html>
"""

ROW = """<li class="{state}" data-step="{key}"><span class="mark" aria-hidden="true"></span>\
<span class="what">{vi} <span class="en" lang="en">{en}</span></span>\
<span class="state"><span class="word">{state_vi}</span> <span class="en" lang="en">{state_en}</span>\
<span class="time">{seconds}</span></span></li>"""

TROUBLE = """<section class="trouble" role="alert"><h2>Chưa khởi động được</h2><pre>{text}</pre>
<p>Xem cửa sổ dòng lệnh đang chạy để biết cách khắc phục.
<span class="en" lang="en">See the terminal for how to mend it.</span></p></section>
"""

STYLE = """:root{--lacquer:#9b1c1c;--lake:#0f5c55;--ink:#1b1f23;--paper:#fbfaf7;--stone:#5f656c;
--line:#d9d6ce;--late:#b42318}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:19px/1.5 "Be Vietnam Pro","Segoe UI",Roboto,"Noto Sans",system-ui,sans-serif;
border-top:6px solid var(--lacquer)}
main{max-width:42rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
header{display:flex;align-items:center;gap:1rem;margin-bottom:2.5rem}
.name{margin:0;font-weight:700;font-size:1.4rem;line-height:1.35;color:var(--lacquer)}
.name span{display:block;font-weight:400;font-size:1rem;color:var(--stone)}
h1{font-size:2rem;line-height:1.35;margin:0 0 .75rem;text-wrap:balance}
p{margin:0 0 .75rem}
.en{color:var(--stone);font-size:1rem}
.count{margin:2rem 0 .5rem;font-variant-numeric:tabular-nums}
progress{appearance:none;display:block;width:100%;height:.5rem;border:0;background:var(--line);border-radius:0}
progress::-webkit-progress-bar{background:var(--line)}
progress::-webkit-progress-value{background:var(--lake)}
progress::-moz-progress-bar{background:var(--lake)}
ol{list-style:none;margin:1.5rem 0 0;padding:0;border-top:1px solid var(--line)}
li{display:grid;grid-template-columns:1.5rem 1fr auto;gap:.25rem .75rem;padding:.75rem 0;
border-bottom:1px solid var(--line)}
.what .en,.state .en{display:block}
.state{text-align:right;color:var(--stone);font-variant-numeric:tabular-nums}
.time{display:block;font-size:1rem;white-space:nowrap}
.mark{width:1rem;height:1rem;margin-top:.4rem;border:2px solid var(--stone);border-radius:50%}
.done .mark{background:var(--lake);border-color:var(--lake)}
.running .mark{border-color:var(--lake);border-right-color:transparent;animation:turn 1.2s linear infinite}
.failed .mark{background:var(--late);border-color:var(--late);border-radius:0}
.running .what{font-weight:700}.running .what .en{font-weight:400}
.done .word,.running .word{color:var(--lake)}
.failed .word,.trouble h2{color:var(--late)}
.waiting .what{color:var(--stone)}
.trouble{border-left:5px solid var(--late);padding:.25rem 0 .25rem 1rem;margin:2rem 0}
.trouble h2{font-size:1.25rem;margin:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:1rem}
@keyframes turn{to{transform:rotate(1turn)}}
@media (prefers-reduced-motion:reduce){.running .mark{animation:none}}
@media (max-width:30rem){main{padding-top:1.5rem}header{margin-bottom:1.5rem}h1{font-size:1.6rem}
li{grid-template-columns:1.5rem 1fr}.state{grid-column:2;text-align:left}
.state .en,.time{display:inline;margin-left:.5rem}}
"""

SCRIPT = """"use strict";
const WORDS = {waiting: ["Chờ", "waiting"], running: ["Đang làm", "in progress"], done: ["Xong", "done"],
  failed: ["Có lỗi", "failed"]};

function show(state) {
  const steps = state.steps.filter((step) => document.querySelector(`[data-step="${step.key}"]`));
  if (steps.length !== state.steps.length || state.trouble) { location.reload(); return; }
  for (const step of steps) {
    const row = document.querySelector(`[data-step="${step.key}"]`);
    row.className = step.state;
    row.querySelector(".word").textContent = WORDS[step.state][0];
    row.querySelector(".state .en").textContent = WORDS[step.state][1];
    const time = step.state === "waiting" ? "" : `${Math.round(step.seconds)} giây`;
    row.querySelector(".time").textContent = time;
  }
  const done = steps.filter((step) => step.state === "done").length;
  const bar = document.getElementById("bar");
  if (bar.value !== done) document.getElementById("done").textContent = done;
  bar.value = done;
  document.title = `Đô Thị đang khởi động (${done}/${steps.length})`;
}

async function ask() {
  try {
    const answer = await fetch("/-/boot/state", {cache: "no-store"});
    if (!answer.ok) { location.reload(); return; }
    show(await answer.json());
  } catch { /* the server changes hands; ask again */ }
}

if (!document.querySelector(".trouble")) setInterval(ask, 1000);
"""
