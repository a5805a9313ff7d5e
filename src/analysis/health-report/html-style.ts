/** Of the report: light and dark as the reader's system says, and black on white on paper. */
export const reportStyle = `
:root { color-scheme: light dark; --text: #1f2328; --page: #fff; --quiet: #59636e; --line: #d1d9e0; --tile: #f6f8fa;
  --failed: #b42318; --attention: #8a5300; --passed: #176639; --s0: #0b60b0; --s1: #1a7f37; --s2: #b35900; --s3: #7a3fc4; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --page: #0d1117; --quiet: #9aa5b1; --line: #3d444d; --tile: #161b22;
    --failed: #ff8f85; --attention: #e8b04a; --passed: #5fcb7d; --s0: #6cb6ff; --s1: #5fcb7d; --s2: #f0a35e; --s3: #c8a2f5; }
}
body { margin: 0 auto; max-width: 1200px; padding: 24px; background: var(--page); color: var(--text);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.6em; margin: 0 0 4px; }
h2 { font-size: 1.25em; margin: 28px 0 8px; }
h3 { font-size: 1.05em; margin: 16px 0 4px; }
h4 { font-size: 1em; margin: 10px 0 4px; }
p, li, h1, h4 { overflow-wrap: anywhere; }
p, ul, dl, pre { margin: 0 0 8px; }
.quiet { color: var(--quiet); }
.state { display: inline-block; min-width: 7.5em; font-weight: 600; }
.failed { color: var(--failed); }
.attention { color: var(--attention); }
.passed { color: var(--passed); }
.check { margin: 0 0 8px 8px; padding-left: 12px; border-left: 2px solid var(--line); }
.overview td { padding-right: 18px; overflow-wrap: break-word; }
a { color: inherit; }
pre { padding: 8px 10px; background: var(--tile); border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: flex; flex-wrap: wrap; gap: 2px 24px; }
dt, dd { display: inline; margin: 0; overflow-wrap: anywhere; }
dt { color: var(--quiet); margin-right: 6px; }
summary { cursor: pointer; }
.tables { display: flex; flex-wrap: wrap; gap: 0 40px; }
.scroll { min-width: 0; overflow-x: auto; }
table { border-collapse: collapse; margin: 4px 0 8px; font-size: 0.93em; }
caption { text-align: left; color: var(--quiet); padding: 2px 0; }
th, td { text-align: left; vertical-align: top; font-weight: normal; padding: 3px 16px 3px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { font-weight: 600; overflow-wrap: normal; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 440px), 1fr)); gap: 12px; }
.tile { padding: 8px 12px; border: 1px solid var(--line); break-inside: avoid; }
.tile h3 { margin-top: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 0; list-style: none; }
.legend li { display: flex; gap: 6px; align-items: center; }
.plot { display: block; max-width: 100%; height: auto; }
.plot text { fill: var(--quiet); font: 11px system-ui, sans-serif; }
.grid { stroke: var(--line); }
.threshold { stroke: var(--attention); stroke-dasharray: 2 3; }
.gap { fill: var(--quiet); opacity: 0.15; }
.line { fill: none; stroke: var(--colour); stroke-width: 1.8; stroke-linejoin: round; }
.dot { fill: var(--colour); }
.s0 { --colour: var(--s0); } .s1 { --colour: var(--s1); } .s2 { --colour: var(--s2); } .s3 { --colour: var(--s3); }
.line.s1, .s1 .line { stroke-dasharray: 7 3; } .line.s2, .s2 .line { stroke-dasharray: 2 2; }
.line.s3, .s3 .line { stroke-dasharray: 9 3 2 3; }
.tree, .tree ul { padding-left: 20px; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; --text: #000; --page: #fff; --quiet: #444; --line: #999; --tile: #fff;
    --failed: #900; --attention: #630; --passed: #063; --s0: #0b60b0; --s1: #1a7f37; --s2: #b35900; --s3: #7a3fc4; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2, h3, h4 { break-after: avoid; }
  tr, .check { break-inside: avoid; }
  .scroll { overflow: visible; }
}`;
