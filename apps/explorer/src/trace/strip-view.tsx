/** All steps at a glance, and the scrubber. */
import type { Picture } from './model.js';

const HEIGHT = 12;

export function Strip({
  picture,
  at,
  onSelect,
}: {
  readonly picture: Picture;
  readonly at: number;
  readonly onSelect: (index: number) => void;
}) {
  const { lanes, steps, since } = picture;
  const n = Math.max(1, steps.length);
  const drag = (event: PointerEvent): void => {
    if (event.type === 'pointermove' && event.buttons !== 1) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const index = Math.floor(((event.clientX - box.left) / box.width) * n);
    onSelect(Math.min(n - 1, Math.max(0, index)));
  };
  const step = steps[at];
  return (
    <div class="ov">
      <div class="ov-l" aria-hidden="true">
        {lanes.map((lane) => (
          <div key={lane.key}>{lane.walker ? 'walker' : lane.where}</div>
        ))}
      </div>
      <div
        class="ov-t"
        role="slider"
        tabIndex={0}
        aria-label="Step"
        aria-valuemin={1}
        aria-valuemax={n}
        aria-valuenow={at + 1}
        aria-valuetext={step === undefined ? '' : `${at + 1}, ${step.op} ${step.target}`}
        onPointerDown={drag}
        onPointerMove={drag}
      >
        <svg
          viewBox={`0 0 ${n * 10} ${lanes.length * HEIGHT}`}
          height={lanes.length * HEIGHT}
          preserveAspectRatio="none"
        >
          {since === null ? null : (
            <rect class="ov-d" x={since * 10} y="0" width={(n - since) * 10} height={lanes.length * HEIGHT} />
          )}
          {steps.map(({ index, lane, kind, bad }) => (
            <rect
              key={index}
              class="ov-s"
              data-t={bad ? 'bad' : kind.tone}
              x={index * 10 + 0.8}
              y={lane * HEIGHT + 2}
              width="8.4"
              height={HEIGHT - 4}
            />
          ))}
          <rect class="ov-c" x={at * 10} y="0" width="10" height={lanes.length * HEIGHT} />
        </svg>
        <div class="ov-n" aria-hidden="true">
          <span>1</span>
          {since === null || since === 0 ? null : (
            <span class="since" style={{ left: `${(since / n) * 100}%` }}>
              {since + 1} doomed
            </span>
          )}
          <span>{n}</span>
        </div>
      </div>
    </div>
  );
}
