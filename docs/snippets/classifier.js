// An activity classifier in plain JavaScript: no dependency, in a page or in Node.
// docs/integration.md says how to write the model file that it reads; tests/ runs it under Node.
const G = 9.80665, RADIANS = Math.PI / 180, UNITS = 200, MAX_GAP = 0.5; // m/s2, -, -, seconds

// A devicemotion event as a sample in the units of training, rad/s and g. sign: -1 where the
// browser's acceleration points the other way from the recordings' (iPhone against Android).
function readMotion(event, { withGravity = false, sign = 1 } = {}) {
  const a = withGravity ? event.accelerationIncludingGravity : event.acceleration;
  const r = event.rotationRate;
  if (!a || !r || a.x === null || r.alpha === null) throw new Error("this device reports no motion");
  const [accelX, accelY, accelZ] = [a.x, a.y, a.z].map((value) => (sign * value) / G);
  return { rotX: r.alpha * RADIANS, rotY: r.beta * RADIANS, rotZ: r.gamma * RADIANS, accelX, accelY, accelZ };
}

class ActivityStream {
  constructor(model) { // the parsed model file
    Object.assign(this, model);
    const decode = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    this.w = Object.fromEntries(Object.entries(model.weights).map(([name, text]) => [name, decode(text)]));
    this.reset();
  }

  reset() { // before a new recording
    this.buffer = [];
    this.hidden = new Array(UNITS).fill(0);
    this.cell = new Array(UNITS).fill(0);
    this.window = 0;
    this.last = null;
  }

  // One sample at the model's sampling rate, by name or in the order of this.features. Gives a
  // prediction when the sample fills a window, else null.
  feed(sample) {
    this.buffer.push(...this.read(sample));
    if (this.buffer.length < this.prediction_window * this.features.length) return null;
    const probabilities = this.step(this.buffer);
    this.buffer = [];
    const activity = this.classes[probabilities.indexOf(Math.max(...probabilities))];
    return { activity, probabilities, window: this.window++ };
  }

  // The same at the rate of the sensor, with the time in seconds: interpolates to the model's rate;
  // a gap resets. Gives a list of predictions, mostly empty.
  feedAt(time, sample) {
    const values = this.read(sample), predictions = [];
    if (!Number.isFinite(time) || (this.last && time < this.last.time)) throw new Error(`time ${time} runs backwards`);
    if (!this.sampling_rate) throw new Error("the model file does not say its sampling rate");
    if (this.last && time - this.last.time > MAX_GAP) this.reset();
    if (!this.last) [this.last, this.start, this.ticks] = [{ time, values }, time, 0];
    const before = this.last;
    for (let at; (at = this.start + this.ticks / this.sampling_rate) <= time; this.ticks++) {
      const share = time > before.time ? (at - before.time) / (time - before.time) : 1;
      predictions.push(this.feed(values.map((v, n) => before.values[n] + share * (v - before.values[n]))));
    }
    this.last = { time, values };
    return predictions.filter((prediction) => prediction);
  }

  read(sample) {
    const values = Array.isArray(sample) ? sample : this.features.map((name) => sample[name]);
    if (values.length === this.features.length && values.every(Number.isFinite)) return values;
    throw new Error(`a sample is ${this.features.length} finite numbers (${this.features}), not ${values}`);
  }

  step(window) { // one window through the network; the state is kept for the next
    const w = this.w, relu = (x) => Math.max(x, 0), sigmoid = (x) => 1 / (1 + Math.exp(-x));
    const filtered = add(times(window, w.conv_kernel), w.conv_bias).map(relu);
    const gates = add(add(times(filtered, w.lstm_kernel), times(this.hidden, w.lstm_recurrent_kernel)), w.lstm_bias);
    const [i, f, candidate, o] = [0, 1, 2, 3].map((k) => gates.slice(k * UNITS, (k + 1) * UNITS));
    this.cell = this.cell.map((c, n) => sigmoid(f[n]) * c + sigmoid(i[n]) * Math.tanh(candidate[n]));
    this.hidden = this.cell.map((c, n) => sigmoid(o[n]) * Math.tanh(c));
    const dense = add(times(this.hidden, w.dense_kernel), w.dense_bias);
    const normed = dense.map((x, n) =>
      (x - w.norm_mean[n]) / Math.sqrt(w.norm_variance[n] + 1e-3) * w.norm_gamma[n] + w.norm_beta[n]);
    const logits = add(times(normed.map(relu), w.output_kernel), w.output_bias);
    const powers = logits.map((x) => Math.exp(x - Math.max(...logits)));
    return powers.map((p) => p / powers.reduce((sum, q) => sum + q));
  }
}

function times(vector, matrix) { // (n) x (n, m), the matrix row by row
  const m = matrix.length / vector.length, product = new Array(m).fill(0);
  vector.forEach((v, row) => { for (let k = 0; k < m; k++) product[k] += v * matrix[row * m + k]; });
  return product;
}

function add(vector, bias) { return vector.map((v, n) => v + bias[n]); }

if (typeof module !== "undefined") module.exports = { ActivityStream, readMotion };
