/** A picture in pixels, for where no SVG may be shown. */

/** Pixels for each of the picture's own: sharp on most screens. */
const SCALE = 2;
/** Browsers draw nothing on a larger canvas. */
const LARGEST = 16_000;

/** Draws an SVG; rejects if the browser cannot. */
export async function pngOf(svg: string): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(SCALE, LARGEST / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error('nothing was drawn')) : resolve(blob)));
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
