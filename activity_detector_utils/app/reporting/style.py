"""How the report looks: the colours of the figures, large enough to project, fit to print."""

STYLE = """
body { font: 17px/1.55 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  color: #1d2125; background: #fff; max-width: 58rem; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
p { max-width: 46rem; }
.lead { font-size: 1.12rem; }
table { border-collapse: collapse; margin: .75rem 0 1rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem 1.1rem .3rem 0; text-align: right; vertical-align: top; }
th.text, td.text, th[scope=row] { text-align: left; }
tr:first-child th { font-weight: 600; font-size: .86rem; color: #5a6169;
  border-bottom: 1px solid #c9ced3; }
tr + tr td { border-bottom: 1px solid #eceef0; }
.bars { width: 100%; }
.bars th[scope=row] { font-weight: 400; white-space: nowrap; border-bottom: 1px solid #eceef0; }
.bars th[scope=col] { white-space: nowrap; }
.bars .bar { width: 45%; }
.bar span { display: block; height: 1.15rem; margin-top: .2rem; min-width: 2px; }
.baseline { background: #8c8c8c; }
.true { background: #0072b2; }
.wrong { background: repeating-linear-gradient(45deg, #d55e00 0 6px, #f0b48a 6px 12px); }
figure { margin: 1.5rem 0; }
img { max-width: 100%; height: auto; }
figcaption { font-size: .92rem; color: #5a6169; max-width: 46rem; }
@media print {
  body { font-size: 11pt; margin: 0; max-width: none; }
  figure, table { break-inside: avoid; }
  span { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
