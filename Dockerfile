# The steps of bin/setup, from a wheel. Not yet built with an engine; see README.

FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY requirements-build.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY . .
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.11-slim-bookworm
RUN apt-get update -qq \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
      fonts-ipamj-mincho fonts-ipaexfont fonts-noto-cjk poppler-utils poppler-data \
 && rm -rf /var/lib/apt/lists/*
COPY requirements.lock /tmp/
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock
COPY --from=build /wheels/*.whl /tmp/
RUN pip install --no-cache-dir --no-deps /tmp/*.whl && rm /tmp/*.whl /tmp/requirements.lock \
 && useradd --uid 10001 --create-home victim-support \
 && install -d -o victim-support -m 0700 /instance
USER victim-support
ENV VICTIM_SUPPORT_CONTAINER=1 VICTIM_SUPPORT_INSTANCE=/instance
VOLUME /instance
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8765/login', timeout=4)"]
ENTRYPOINT ["victim-support"]
CMD ["serve", "--listen", "0.0.0.0", "--passphrase-file", "/run/secrets/passphrase"]
