/** Small marks of a shot, 10 × 10 pixels from `x`, `y`. */
export interface IconPlace {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

/** A closed padlock: a person made or confirmed the cut at the shot's start. */
export function drawLock(context: CanvasRenderingContext2D, { x, y, colour }: IconPlace): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 1.4;
  context.fillRect(x + 1, y + 4.5, 8, 5.5);
  context.beginPath();
  context.arc(x + 5, y + 4.5, 2.5, Math.PI, 0);
  context.stroke();
}

/** A flag: the model was unsure of its caption. */
export function drawFlag(context: CanvasRenderingContext2D, { x, y, colour }: IconPlace): void {
  context.fillStyle = colour;
  context.fillRect(x + 1.5, y, 1.4, 10);
  context.beginPath();
  context.moveTo(x + 2.5, y + 0.5);
  context.lineTo(x + 9.5, y + 3);
  context.lineTo(x + 2.5, y + 6);
  context.fill();
}

/** Three quarters of a circle with an arrow's head: the caption may no longer fit. */
export function drawStale(context: CanvasRenderingContext2D, { x, y, colour }: IconPlace): void {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1.4;
  context.beginPath();
  context.arc(x + 5, y + 5, 3.6, -Math.PI * 0.1, Math.PI * 1.4);
  context.stroke();
  context.beginPath();
  context.moveTo(x + 6.6, y + 5);
  context.lineTo(x + 10.4, y + 5);
  context.lineTo(x + 8.5, y + 1.8);
  context.fill();
}
