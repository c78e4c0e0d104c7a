/** Bars and arrows, as one SVG. Hidden from screen readers: names and sentences say the same. */
import { useId } from 'preact/hooks';
import type { EdgeKind } from './edges.js';
import type { Geometry } from './geometry.js';

const COLOUR: Readonly<Record<EdgeKind, string>> = {
  reads: 'var(--read)',
  drops: 'var(--inv)',
  completes: 'var(--inv)',
  buffer: 'var(--write)',
};
const DASH: Readonly<Record<EdgeKind, string | undefined>> = {
  reads: undefined,
  drops: '5 3',
  completes: '2 3',
  buffer: '1.5 3',
};
/** Middle of the spine. */
const SPINE = 8;

const KINDS: readonly EdgeKind[] = ['reads', 'drops', 'completes', 'buffer'];

function Markers({ id }: { readonly id: string }) {
  return (
    <defs>
      {KINDS.map((kind) => (
        <marker
          key={kind}
          id={`${id}-${kind}`}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
          markerUnits="userSpaceOnUse"
        >
          {kind === 'drops' ? (
            <path d="M1 1L7 7M7 1L1 7" fill="none" stroke={COLOUR[kind]} stroke-width="1.8" />
          ) : (
            <path d="M0 .5L7.5 4L0 7.5z" fill={COLOUR[kind]} />
          )}
        </marker>
      ))}
      <pattern
        id={`${id}-cpu`}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect width="2" height="5" fill="var(--line2)" />
      </pattern>
    </defs>
  );
}

/** In the gutter: what the fault hangs on, and from where on it is lost. */
function Spine({ geometry }: { readonly geometry: Geometry }) {
  const { picture } = geometry;
  if (!picture.chained && picture.since === null) return null;
  const middle = (index: number): number => geometry.rowY(index) + geometry.rowHeight(index) / 2;
  const chain = picture.steps.filter(({ chain: inIt, index }) => inIt || index === picture.since);
  const [first, last] = [chain[0]?.index ?? 0, picture.broken];
  return (
    <g class="spine">
      <path d={`M${SPINE} ${middle(first)}V${middle(last)}`} stroke="var(--line2)" stroke-width="1.5" />
      {picture.since === null ? null : (
        <path d={`M${SPINE} ${middle(picture.since)}V${middle(last)}`} stroke="var(--bad)" stroke-width="3" />
      )}
      {chain.map(({ index }) => (
        <circle
          key={index}
          cx={SPINE}
          cy={middle(index)}
          r={index === picture.since || index === picture.broken ? 4.5 : 3.5}
          fill={picture.since !== null && index >= picture.since ? 'var(--bad)' : 'var(--bg)'}
          stroke={picture.since !== null && index >= picture.since ? 'var(--bad)' : 'var(--ink3)'}
          stroke-width="1.5"
        />
      ))}
    </g>
  );
}

export function Arrows({
  geometry,
  at,
  all,
}: {
  readonly geometry: Geometry;
  readonly at: number;
  readonly all: boolean;
}) {
  const id = useId().replaceAll(':', '');
  const { picture, rail } = geometry;
  const edges = picture.edges.filter(({ from, to }) => all || from === at || to === at);
  const last = picture.steps.length - 1;
  return (
    <svg class="ln-s" width={geometry.width} height={geometry.height} aria-hidden="true">
      <Markers id={id} />
      {picture.bars.map((bar) => {
        const { x, y, width, height } = geometry.bar(bar.lane, bar.column, bar.from, bar.to);
        return (
          <g key={`${bar.label}-${bar.from}-${bar.lane}`}>
            <rect
              x={x}
              y={y}
              width={width}
              height={Math.max(8, height)}
              rx="1.5"
              fill={bar.kind === 'cpu' ? `url(#${id}-cpu)` : 'var(--sunk)'}
              stroke="var(--line2)"
            />
            {!rail && bar.label.length * 5.4 + 8 < height ? (
              <text class="bar-t" transform={`translate(${x + 1.6} ${y + 5}) rotate(90)`}>
                {bar.label}
              </text>
            ) : null}
          </g>
        );
      })}
      {rail ? null : <Spine geometry={geometry} />}
      {rail
        ? picture.steps.map((step, i) => {
            const { x, y } = geometry.dot(i);
            const before = i > 0 ? geometry.dot(i - 1) : null;
            return (
              <g key={step.index}>
                {before === null ? null : (
                  <path
                    d={`M${before.x} ${before.y}L${x} ${y}`}
                    stroke="var(--line2)"
                    stroke-width="1.5"
                    fill="none"
                  />
                )}
                <circle cx={x} cy={y} r={step.bad ? 5 : 3.5} fill={step.bad ? 'var(--bad)' : 'var(--ink2)'} />
              </g>
            );
          })
        : null}
      {edges.map((edge) => {
        const own = edge.from === at || edge.to === at;
        return (
          <path
            key={`${edge.kind}-${edge.from}-${edge.to}`}
            d={geometry.arrow(edge)}
            fill="none"
            stroke={COLOUR[edge.kind]}
            stroke-width={own ? 2 : 1.2}
            stroke-dasharray={DASH[edge.kind]}
            opacity={own ? 1 : 0.45}
            marker-end={`url(#${id}-${edge.kind})`}
          />
        );
      })}
      {picture.broken === last && picture.atEnd ? (
        <path
          d={`M22 ${geometry.rowY(last) + 30}V${geometry.rowY(last + 1) + 14}`}
          stroke="var(--bad)"
          stroke-width="3"
        />
      ) : null}
    </svg>
  );
}
