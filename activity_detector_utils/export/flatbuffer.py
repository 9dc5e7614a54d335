"""Write a LiteRT flatbuffer: tensors, operators, weights in floats or in 8 bits."""

import numpy as np

IDENTIFIER, VERSION = b"TFL3", 3  # of the file format
SMALLEST_QUANTIZED = 1024  # numbers; TensorFlow's converter leaves smaller matrices in float, too
OPTIONS = {  # operator -> name of the class of its options
    "ADD": "AddOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "MUL": "MulOptions",
    "SOFTMAX": "SoftmaxOptions",
    "SPLIT": "SplitOptions",
}
DENSE_PER_ROW = 12  # version of FULLY_CONNECTED with one scale a row
RUNTIMES = {False: b"1.14.0", True: b"2.17.0"}  # the oldest that know these operators


class Graph:
    """One graph of operators, built from inputs to outputs; tensors are known by number.

    Parameters
    ----------
    schema : module
        The generated classes of the file format.
    quantize : bool
        Store large matrices in 8 bits.
    """

    def __init__(self, schema, quantize):
        self.schema = schema
        self.quantize = quantize
        self.codes = {}  # operator name -> its number
        self.tensors = []
        self.operators = []
        self.buffers = [schema.BufferT()]  # the first one is empty: tensors computed at run time
        self.signature = None

    def tensor(self, name, shape):
        """Add a float32 tensor that is computed at run time; return its number."""
        return self._tensor(name, shape, "FLOAT32", 0)

    def constant(self, name, array):
        """Add a constant tensor: int8, int32 or float32; return its number."""
        self.buffers.append(_aligned_buffer(self.schema)(data=_as_bytes(array)))
        kind = array.dtype.name.upper()
        return self._tensor(name, array.shape, kind, len(self.buffers) - 1)

    def shape(self, number):
        """Shape of a tensor."""
        return tuple(self.tensors[number].shape)

    def add(self, kind, inputs, outputs, **options):
        """Add an operator: its numbers of tensors, and options as the file format names them."""
        code = self.codes.setdefault(kind, len(self.codes))
        operator = self.schema.OperatorT(
            opcodeIndex=code, inputs=np.array(inputs, np.int32), outputs=np.array(outputs, np.int32)
        )
        if kind in OPTIONS:
            name = OPTIONS[kind]
            operator.builtinOptionsType = getattr(self.schema.BuiltinOptions, name)
            operator.builtinOptions = getattr(self.schema, f"{name}T")()
            vars(operator.builtinOptions).update(options)
        self.operators.append(operator)

    def unary(self, kind, source):
        """Add an operator of one tensor; return the number of its result."""
        result = self.tensor(f"{kind.lower()}_{source}", self.shape(source))
        self.add(kind, [source], [result])
        return result

    def binary(self, kind, name, left, right):
        """Add an operator of two tensors of one shape; return the number of its result."""
        result = self.tensor(name, self.shape(left))
        self.add(kind, [left, right], [result])
        return result

    def dense(self, name, source, kernel, bias=None, relu=False):
        """Add a dense layer; ``kernel`` has shape (n_in, n_out). Return its result's number."""
        matrix = np.ascontiguousarray(kernel.T, dtype=np.float32)
        result = self.tensor(name, (1, len(matrix)))
        rounded = self.quantize and matrix.size >= SMALLEST_QUANTIZED
        if rounded:
            weights = self._quantized(f"{name}_kernel", matrix)
        else:
            weights = self.constant(f"{name}_kernel", matrix)
        offset = -1 if bias is None else self.constant(f"{name}_bias", bias.astype(np.float32))
        activation = self.schema.ActivationFunctionType
        self.add(
            "FULLY_CONNECTED",
            [source, weights, offset],
            [result],
            fusedActivationFunction=activation.RELU if relu else activation.NONE,
            asymmetricQuantizeInputs=rounded,
        )
        return result

    def sign(self, inputs, outputs):
        """Name the graph's inputs and outputs: name -> number."""
        self.signature = inputs, outputs

    def _tensor(self, name, shape, kind, buffer):
        tensor = self.schema.TensorT(
            name=name, shape=np.array(shape, np.int32), buffer=buffer, hasRank=True
        )
        tensor.type = getattr(self.schema.TensorType, kind)
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def _quantized(self, name, matrix):
        largest = np.abs(matrix).max(axis=1)
        scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
        number = self.constant(name, np.rint(matrix / scale[:, None]).astype(np.int8))
        self.tensors[number].quantization = self.schema.QuantizationParametersT(
            scale=scale, zeroPoint=np.zeros(len(scale), np.int64), quantizedDimension=0
        )
        return number

    def model(self, description):
        """The whole file as an object of the generated classes.

        Returns
        -------
        ModelT
        """
        schema = self.schema
        inputs, outputs = (list(names.values()) for names in self.signature)
        graph = schema.SubGraphT(
            tensors=self.tensors,
            inputs=np.array(inputs, np.int32),
            outputs=np.array(outputs, np.int32),
            operators=self.operators,
            name="main",
        )
        runtime = RUNTIMES[self.quantize].ljust(16, b"\0")
        buffers = [*self.buffers, _aligned_buffer(schema)(data=_as_bytes(runtime))]
        oldest = schema.MetadataT(name="min_runtime_version", buffer=len(self.buffers))
        return schema.ModelT(
            version=VERSION,
            operatorCodes=[self._code(kind) for kind in self.codes],
            subgraphs=[graph],
            description=description,
            buffers=buffers,
            metadata=[oldest],
            signatureDefs=[self._signature()],
        )

    def _code(self, kind):
        number = getattr(self.schema.BuiltinOperator, kind)
        per_row = self.quantize and kind == "FULLY_CONNECTED"
        return self.schema.OperatorCodeT(
            deprecatedBuiltinCode=number,
            builtinCode=number,
            version=DENSE_PER_ROW if per_row else 1,
        )

    def _signature(self):
        inputs, outputs = (
            [self.schema.TensorMapT(name=name, tensorIndex=n) for name, n in names.items()]
            for names in self.signature
        )
        return self.schema.SignatureDefT(
            inputs=inputs, outputs=outputs, signatureKey="serving_default", subgraphIndex=0
        )


def pack(model):
    """Content of a file.

    Parameters
    ----------
    model : ModelT

    Returns
    -------
    bytes
    """
    import flatbuffers

    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), IDENTIFIER)
    return bytes(builder.Output())


def _as_bytes(data):
    if isinstance(data, np.ndarray):
        data = np.ascontiguousarray(data, data.dtype.newbyteorder("<")).tobytes()
    return np.frombuffer(data, np.uint8)


def _aligned_buffer(schema):
    """Class of buffers whose data starts at a multiple of 16, as the file format demands.

    The generated class forgets the alignment.
    """

    class AlignedBuffer(schema.BufferT):
        def Pack(self, builder):
            builder.StartVector(1, len(self.data), 16)
            start = builder.head - len(self.data)
            builder.Bytes[start : builder.head] = self.data.tobytes()
            builder.head = start
            data = builder.EndVector()
            schema.BufferStart(builder)
            schema.BufferAddData(builder, data)
            return schema.BufferEnd(builder)

    return AlignedBuffer
