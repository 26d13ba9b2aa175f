// Typesets every *.tex beside this file into an .svg of the same name, or into the folder given as
// the first argument. Run `npm ci` here once, then `npm run regenerate`. Users never need this: the
// SVG files are part of the source tree.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { mathjax } = require('mathjax-full/js/mathjax.js');
const { TeX } = require('mathjax-full/js/input/tex.js');
const { SVG } = require('mathjax-full/js/output/svg.js');
const { liteAdaptor } = require('mathjax-full/js/adaptors/liteAdaptor.js');
const { RegisterHTMLHandler } = require('mathjax-full/js/handlers/html.js');
require('mathjax-full/js/input/tex/AllPackages.js');

const here = path.dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? here;

// \term{name}{...}: a summand with a colour of its own (class term-name) and a box (id t-name).
// \sym{name}{...}: a symbol with a box (id s-name); further occurrences are name-2, name-3.
// \hole{name}: room for a live number (class hole, id h-name).
const macros = {
  term: ['\\class{term-#1}{\\cssId{t-#1}{#2}}', 2],
  sym: ['\\cssId{s-#1}{#2}', 2],
  hole: ['\\class{hole}{\\cssId{h-#1}{\\rule[-0.3em]{4.6em}{1.1em}}}', 1],
};

const margin = 120; // thousandths of an em: boxes are tighter than the ink
const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const document = mathjax.document('', {
  InputJax: new TeX({
    packages: ['base', 'ams', 'html', 'color', 'newcommand', 'boldsymbol', 'configmacros'],
    macros,
    formatError: (_, error) => { throw error; },
  }),
  OutputJax: new SVG({ fontCache: 'none' }),
});

function typeset(tex) {
  const node = document.convert(tex, { display: true });
  const svg = adaptor.firstChild(node);
  for (const name of ['style', 'role', 'focusable']) adaptor.removeAttribute(svg, name);
  const box = adaptor.getAttribute(svg, 'viewBox').split(' ').map(Number);
  const [x, y, w, h] = [box[0] - margin, box[1] - margin, box[2] + 2 * margin, box[3] + 2 * margin];
  const round = (v) => String(Math.round(v * 10) / 10);
  adaptor.setAttribute(svg, 'viewBox', [x, y, w, h].map(round).join(' '));
  adaptor.setAttribute(svg, 'width', round(w));
  adaptor.setAttribute(svg, 'height', round(h));
  return adaptor.outerHTML(svg) + '\n';
}

fs.mkdirSync(target, { recursive: true });
for (const file of fs.readdirSync(here).filter((name) => name.endsWith('.tex')).sort()) {
  const tex = fs.readFileSync(path.join(here, file), 'utf8');
  const out = path.join(target, file.replace(/\.tex$/, '.svg'));
  try {
    fs.writeFileSync(out, typeset(tex));
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exitCode = 1;
  }
}
