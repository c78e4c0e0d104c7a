/**
 * The editor: CodeMirror in a shadow root, where it keeps its styles in style sheet objects. In the document it would
 * write a style element, which the policy of the page forbids.
 */
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertTab } from '@codemirror/commands';
import { cppLanguage } from '@codemirror/lang-cpp';
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import {
  Compartment,
  EditorState,
  type Extension,
  RangeSet,
  StateEffect,
  StateField,
} from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  GutterMarker,
  gutter,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { TraceEvent } from '@racewalk/trace';
import { completeC, completeTypeScript } from './complete.js';

/** What is wrong at a place; lines and columns count from 1. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface EditorHooks {
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly onLeave: () => void;
}

/** The steps that stand in a line: their numbers, counted from 1. */
export type StepsOfLines = ReadonlyMap<number, readonly number[]>;

/** The steps of a trace that stand in a file. */
export function stepsByLine(events: readonly TraceEvent[], file: string): StepsOfLines {
  const lines = new Map<number, number[]>();
  for (const { at, index } of events) {
    if (at?.file === file) lines.set(at.line, [...(lines.get(at.line) ?? []), index + 1]);
  }
  return lines;
}

const setLines = StateEffect.define<{ readonly at: number | null; readonly steps: StepsOfLines }>();

/** Steps of one line that are named; more are `…`. */
const NAMED = 3;

/** The numbers of the steps of a line, left of it. */
class StepNumbers extends GutterMarker {
  readonly #text: string;

  constructor(steps: readonly number[]) {
    super();
    this.#text = steps.length > NAMED ? `${steps.slice(0, NAMED - 1).join(' ')} …` : steps.join(' ');
  }

  override eq(other: StepNumbers): boolean {
    return other.#text === this.#text;
  }

  override toDOM(): Text {
    return document.createTextNode(this.#text);
  }
}

/** Those numbers, by line. */
const stepNumbers = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    let next = transaction.docChanged ? RangeSet.empty : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(setLines)) continue;
      const { doc } = transaction.state;
      const lines = [...effect.value.steps].filter(([line]) => line >= 1 && line <= doc.lines);
      next = RangeSet.of(
        lines
          .sort(([a], [b]) => a - b)
          .map(([line, steps]) => new StepNumbers(steps).range(doc.line(line).from)),
      );
    }
    return next;
  },
});

/** The line of the step at the cursor, and those of the other steps. */
const lineMarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = transaction.docChanged ? Decoration.none : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(setLines)) continue;
      const { doc } = transaction.state;
      const { at, steps } = effect.value;
      const all = [...new Set([...steps.keys(), ...(at === null ? [] : [at])])]
        .filter((line) => line >= 1 && line <= doc.lines)
        .sort((a, b) => a - b);
      next = Decoration.set(
        all.map((line) =>
          Decoration.line({ class: line === at ? 'cm-step' : 'cm-other-step' }).range(doc.line(line).from),
        ),
      );
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const note = Decoration.mark({ class: 'cm-note' });

/** Comments of a litmus test, which C does not know. */
const notes = StateField.define<DecorationSet>({
  create: ({ doc }) => notesIn(doc.toString()),
  update: (marks, { docChanged, state }) => (docChanged ? notesIn(state.doc.toString()) : marks),
  provide: (field) => EditorView.decorations.from(field),
});

function notesIn(text: string): DecorationSet {
  const found = [...text.matchAll(/\(\*[\s\S]*?\*\)/g)];
  return Decoration.set(found.map(({ index, 0: all }) => note.range(index, index + all.length)));
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.modifier], color: 'var(--read)' },
  { tag: [tags.typeName, tags.standard(tags.typeName)], color: 'var(--hw)' },
  { tag: [tags.number, tags.string, tags.character], color: 'var(--write)' },
  { tag: [tags.comment, tags.blockComment, tags.lineComment], color: 'var(--ink3)' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName))],
    fontWeight: '600',
  },
  { tag: tags.processingInstruction, color: 'var(--inv)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--bg)', fontSize: '13px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', overflow: 'auto' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--ink3)',
    border: 'none',
    borderRight: '1px solid var(--line)',
  },
  '.cm-steps .cm-gutterElement': {
    padding: '0 0 0 5px',
    textAlign: 'left',
    color: 'var(--bad)',
    fontSize: '11px',
    whiteSpace: 'nowrap',
  },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--sel) 45%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--read) 26%, transparent)',
  },
  '.cm-note, .cm-note *': { color: 'var(--ink3) !important', fontWeight: '400 !important' },
  '.cm-step': { backgroundColor: 'var(--sel)', boxShadow: 'inset 3px 0 0 var(--ink)' },
  '.cm-other-step': { boxShadow: 'inset 3px 0 0 var(--line2)' },
  '.cm-tooltip': { backgroundColor: 'var(--bg)', color: 'var(--ink)', border: '1px solid var(--line2)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-completionDetail': { color: 'var(--ink3)', fontStyle: 'normal', marginLeft: '0' },
  '.cm-completionInfo': { maxWidth: '320px', fontFamily: 'var(--sans)', padding: '6px 10px' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--ink)', color: 'var(--bg)' },
});

/** What stands in the editor. */
export type Language = 'c' | 'ts' | 'patch';

const NAMES: Readonly<Record<Language, string>> = {
  c: 'Race in C',
  ts: 'Race in TypeScript',
  patch: 'Patch of C',
};

/** What a language brings with it. */
const inLanguage = (language: Language): Extension => [
  EditorView.contentAttributes.of({ 'aria-label': NAMES[language], tabindex: '0' }),
  autocompletion({ override: [language === 'ts' ? completeTypeScript : completeC] }),
  ...(language === 'ts'
    ? [typescriptLanguage, indentUnit.of('  '), EditorState.tabSize.of(2)]
    : [cppLanguage, indentUnit.of('\t'), EditorState.tabSize.of(8), notes]),
];

/** A key that is handled by this in every case. */
const always = (run: () => void) => (): boolean => {
  run();
  return true;
};

/** The editor in an element. */
export class Editor {
  readonly #view: EditorView;
  readonly #language = new Compartment();

  constructor(host: HTMLElement, text: string, language: Language, hooks: EditorHooks) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    root.replaceChildren();
    this.#view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: text,
        extensions: [
          stepNumbers,
          gutter({ class: 'cm-steps', markers: (view) => view.state.field(stepNumbers) }),
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          bracketMatching(),
          closeBrackets(),
          this.#language.of(inLanguage(language)),
          syntaxHighlighting(colours),
          lineMarks,
          look,
          keymap.of([
            { key: 'Mod-Enter', run: always(hooks.onRun) },
            { key: 'Tab', run: insertTab },
            ...completionKeymap,
            { key: 'Escape', run: always(hooks.onLeave) },
            ...historyKeymap,
            ...defaultKeymap.filter(({ key, mac }) => (key ?? mac) !== 'Mod-Enter'),
          ]),
          EditorView.updateListener.of(
            ({ docChanged, state }) => docChanged && hooks.onChange(state.doc.toString()),
          ),
        ],
      }),
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** From now on the text is in another language. */
  speak(language: Language): void {
    this.#view.dispatch({ effects: this.#language.reconfigure(inLanguage(language)) });
  }

  /** Put another text in. */
  replace(text: string): void {
    if (text === this.text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  /** Mark what is wrong, in place. */
  mistakes(mistakes: readonly Mistake[]): void {
    const { doc } = this.#view.state;
    const diagnostics = mistakes.map(({ line, column, message }): Diagnostic => {
      const { from, to, text } = doc.line(Math.min(doc.lines, Math.max(1, line)));
      const start = Math.min(to, from + Math.max(0, column - 1));
      const word = /^\w+/.exec(text.slice(start - from))?.[0].length ?? 1;
      return { from: start, to: Math.min(to, start + word), severity: 'error', message };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
    const [first] = diagnostics;
    if (first !== undefined)
      this.#view.dispatch({ effects: EditorView.scrollIntoView(first.from, { y: 'center' }) });
  }

  /** Mark the line of the step at the cursor, and those of all steps. */
  steps(at: number | null, steps: StepsOfLines): void {
    this.#view.dispatch({ effects: setLines.of({ at, steps }) });
  }

  focus(): void {
    this.#view.focus();
  }

  close(): void {
    this.#view.destroy();
  }
}
