FROM python:3.11-slim AS build
ARG DEVICE=cpu
RUN python -m venv --without-pip /opt/venv
WORKDIR /build
COPY pyproject.toml constraints.txt deploy/requirements.py ./
# The dependencies first, so that a change of code does not install them again.
RUN python requirements.py "$DEVICE" > requirements.txt \
 && pip --python /opt/venv/bin/python install --no-cache-dir --constraint constraints.txt --requirement requirements.txt
COPY README.md ./
COPY hourglass hourglass
COPY service service
RUN pip --python /opt/venv/bin/python install --no-cache-dir --no-deps . \
 && find /opt/venv -type d -name tests -prune -exec rm -rf {} + \
 && find /opt/venv -path '*/onnxruntime/*' -type d \( -name quantization -o -name tools -o -name transformers \) \
    -prune -exec rm -rf {} +

FROM python:3.11-slim
RUN useradd --system --no-create-home --uid 10001 hourglass
COPY --from=build /opt/venv /opt/venv
COPY models /models
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ORT_DISABLE_TELEMETRY=1 \
    HOURGLASS_HOST=0.0.0.0 \
    HOURGLASS_PORT=8000 \
    HOURGLASS_MODELS=/models
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['HOURGLASS_PORT'] + '/readyz')"]
CMD ["python", "-m", "service"]
