/** The picture: a lane for each agent, time downwards. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Arrows } from './arrows-view.js';
import { Value } from './changed.js';
import { Geometry, ROW } from './geometry.js';
import { type Picture, type PictureStep, sayWho } from './model.js';

export interface LanesProps {
  readonly picture: Picture;
  readonly at: number;
  readonly onSelect: (index: number) => void;
  readonly allArrows: boolean;
  /** Steps that the fault does not hang on are one line each. */
  readonly folded: boolean;
  readonly label: string;
}

/** The width and height of an element, as they change. */
function useSize(): readonly [{ current: HTMLDivElement | null }, number, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => {
      setWidth(element.clientWidth);
      setHeight(element.clientHeight);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width, height];
}

/** Height of the heads. */
const HEAD = 26;

const px = (n: number): string => `${n}px`;

/** Nothing that follows it can save the execution. */
const doomed = ({ since }: Picture, { index }: PictureStep): boolean => since !== null && index >= since;

function Block({
  picture,
  step,
  geometry,
  current,
  onSelect,
}: {
  readonly picture: Picture;
  readonly step: PictureStep;
  readonly geometry: Geometry;
  readonly current: boolean;
  readonly onSelect: (index: number) => void;
}) {
  const { x, y, width, height } = geometry.block(step.index);
  const lane = picture.lanes[step.lane];
  const small = geometry.small(step.index);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <li class={`row${current ? ' cur' : ''}${step.bad || doomed(picture, step) ? ' broken' : ''}`}>
      <span class="no" aria-hidden="true" style={{ top: px(y + (small ? -1 : 9)) }}>
        {step.index + 1}
      </span>
      <button
        ref={button}
        type="button"
        class={`st${step.bad ? ' bad' : ''}${step.buffered || step.event.flusher === true ? ' sb' : ''}${small ? ' q' : ''}`}
        data-t={step.bad ? 'bad' : step.kind.tone}
        data-step={step.index}
        style={{ left: px(x), top: px(y), width: px(width), height: px(height) }}
        tabIndex={current ? 0 : -1}
        aria-current={current ? 'step' : undefined}
        onClick={() => onSelect(step.index)}
      >
        <span class="sr">{sayWho(picture, step)}</span>
        <span class="l1">
          <span class="tg" aria-hidden="true">
            {step.kind.tag}
          </span>
          <span class="op">
            {step.op} {step.target === '' ? null : <b>{step.target}</b>}
          </span>
          {geometry.rail ? <span class="wh" aria-hidden="true">{`${lane?.where} ${lane?.name}`}</span> : null}
        </span>
        <span class="l2">
          {step.bad ? <b class="fc-b">✗ {picture.trace.fault?.code} broken here</b> : null}
          <span class="vl" title={step.value}>
            <Value text={step.value} />
          </span>
        </span>
      </button>
    </li>
  );
}

/** The heads of the lanes. */
function Heads({ picture, geometry }: { readonly picture: Picture; readonly geometry: Geometry }) {
  const { rail } = geometry;
  return (
    <div class="ln-h" aria-hidden="true">
      {picture.lanes.map((lane, i) => (
        <div
          key={lane.key}
          style={{ left: px(geometry.laneX(i)), width: px(geometry.laneWidth) }}
          title={`${lane.where} ${lane.name}: ${lane.note}`}
        >
          {rail ? (
            <b>{String.fromCharCode(65 + i)}</b>
          ) : (
            <>
              <b>{lane.where}</b> <b>{lane.name}</b> <span>{lane.note}</span>
            </>
          )}
        </div>
      ))}
      {rail ? (
        <div class="names" style={{ left: px(geometry.laneX(picture.lanes.length) + 6), right: '0' }}>
          {picture.lanes
            .map((lane, i) => `${String.fromCharCode(65 + i)} ${lane.where} ${lane.name}`)
            .join('  ')}
        </div>
      ) : null}
    </div>
  );
}

/** The picture, with the step at the cursor in sight. */
export function LanesView({ picture, at, onSelect, allArrows, folded, label }: LanesProps) {
  const [box, width, height] = useSize();
  const geometry = useMemo(
    () => new Geometry(picture, Math.max(300, width), folded),
    [picture, width, folded],
  );
  const moved = useRef(false);
  useEffect(() => {
    const scroller = box.current;
    if (scroller === null) return;
    const y = geometry.rowY(at);
    const own = scroller.scrollHeight > scroller.clientHeight + 1;
    if (own) {
      // The heads cover the top; two steps around the cursor stay in sight.
      if (y < scroller.scrollTop + ROW) scroller.scrollTop = Math.max(0, y - 2 * ROW);
      else if (y + 3 * ROW + HEAD > scroller.scrollTop + scroller.clientHeight) {
        scroller.scrollTop = y + 3 * ROW + HEAD - scroller.clientHeight;
      }
    } else if (moved.current) {
      const top = scroller.getBoundingClientRect().top + y;
      if (top < 90 || top > innerHeight - 120) scrollTo({ top: scrollY + top - innerHeight / 2 });
    }
    // The focus stays with the cursor while it is in the list.
    const current = scroller.querySelector<HTMLElement>(`[data-step="${at}"]`);
    if (scroller.contains(document.activeElement)) current?.focus({ preventScroll: true });
    moved.current = true;
  }, [at, geometry, height]);
  const { fault } = picture.trace;
  return (
    <div class={`ln${geometry.rail ? ' rail' : ''}`} ref={box} tabIndex={-1}>
      <Heads picture={picture} geometry={geometry} />
      <div class="ln-b" style={{ height: px(geometry.height) }}>
        <div
          class="cur-row"
          style={{ top: px(geometry.rowY(at)), height: px(geometry.rowHeight(at)) }}
          aria-hidden="true"
        />
        {picture.lanes.map((lane, i) => (
          <i
            key={lane.key}
            class={`ln-i${lane.walker ? ' walker' : ''}`}
            aria-hidden="true"
            style={{ left: px(geometry.laneX(i)), width: px(geometry.laneWidth) }}
          />
        ))}
        <Arrows geometry={geometry} at={at} all={allArrows} />
        <ol aria-label={label}>
          {picture.steps.map((step) => (
            <Block
              key={step.index}
              picture={picture}
              step={step}
              geometry={geometry}
              current={step.index === at}
              onSelect={onSelect}
            />
          ))}
        </ol>
        {picture.atEnd && fault !== null ? (
          <p class="endrow" style={{ top: px(geometry.rowY(picture.steps.length) + 3) }}>
            ✗ {fault.code} broken at the end: <span>{fault.message}</span>
          </p>
        ) : null}
      </div>
    </div>
  );
}
